import CRI

/// Docker's `SecurityOpt` strings, in dockershim's order: SELinux, AppArmor, no-new-privileges, seccomp.
enum SecurityOptions {
    static let noNewPrivileges = "no-new-privileges"

    /// `label=user:U` and so on, only the parts that are set.
    static func selinux(_ options: SELinuxOption?) -> [String] {
        guard let options else { return [] }
        let parts = [("user", options.user), ("role", options.role), ("type", options.type), ("level", options.level)]
        return parts.filter { !$0.1.isEmpty }.map { "label=\($0.0):\($0.1)" }
    }

    /// The string form: `runtime/default`, `unconfined`, `localhost/<name>`; the prefix may be missing.
    static func apparmor(profile: String) -> [String] {
        switch profile {
        case "", "runtime/default": []
        case "unconfined": ["apparmor=unconfined"]
        default:
            ["apparmor=\(profile.hasPrefix("localhost/") ? String(profile.dropFirst("localhost/".count)) : profile)"]
        }
    }

    /// The profile of the host that is asked for by name; nil: none, or whatever the daemon gives.
    static func localAppArmor(_ options: [String]) -> String? {
        options.first { $0.hasPrefix("apparmor=") && $0 != "apparmor=unconfined" }.map {
            String($0.dropFirst("apparmor=".count))
        }
    }

    /// The typed form of CRI v1.
    static func apparmor(_ profile: SecurityProfile) -> [String] {
        switch profile.profileType {
        case .unconfined: ["apparmor=unconfined"]
        case .localhost: apparmor(profile: profile.localhostRef)
        default: []
        }
    }
}
