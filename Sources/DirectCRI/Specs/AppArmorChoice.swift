import CRI
import Faults
import Linux

/// The AppArmor profile asked for, from the typed field or the older string.
///
/// The runtime's default profile is none: a host's own default applies where it has one.
struct AppArmorChoice: Sendable {
    private let typed: SecurityProfile?
    private let name: String

    init(_ typed: SecurityProfile?, name: String) {
        self.typed = typed
        self.name = name
    }

    /// The profile of this host that is asked for by name; nil when none is.
    private var localProfile: String? {
        if let typed { return typed.profileType == .localhost ? Self.bare(typed.localhostRef) : nil }
        return ["", "runtime/default", "unconfined"].contains(name) ? nil : Self.bare(name)
    }

    private static func bare(_ name: String) -> String {
        name.hasPrefix("localhost/") ? String(name.dropFirst("localhost/".count)) : name
    }

    /// "" when none is asked for. Blocks.
    /// - Throws: `.unsupported` for a named profile on a host without AppArmor, `.badRequest` for one that is not loaded.
    func profile() throws(OxbowError) -> String {
        guard let asked = localProfile else {
            let isUnconfined = typed.map { $0.profileType == .unconfined } ?? (name == "unconfined")
            return isUnconfined && HostFiles.hasAppArmor ? "unconfined" : ""
        }
        guard HostFiles.hasAppArmor else {
            throw OxbowError(.unsupported, "apparmor: this host has no AppArmor (\(asked))")
        }
        guard asked.isEmpty || HostFiles.hasAppArmorProfile(asked) else {
            throw OxbowError(.badRequest, "apparmor: profile not loaded on this host (\(asked))")
        }
        return asked
    }
}
