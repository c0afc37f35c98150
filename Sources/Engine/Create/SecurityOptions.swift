import Core
import Faults

/// `HostConfig.SecurityOpt`, read: `key=value`, with an old client's `key:value` understood too.
struct SecurityOptions: Equatable {
    var noNewPrivileges = false
    /// nil: not said.
    var seccomp: SeccompSpec?
    /// "": the host's default.
    var appArmor = ""
    /// user, role, type and level as far as given.
    var labels: [String: String] = [:]
    var isLabelDisabled = false

    init(_ options: [String]) throws(OxbowError) {
        for option in options {
            if option == "no-new-privileges" {
                noNewPrivileges = true
                continue
            }
            guard let separator = option.firstIndex(of: "=") ?? option.firstIndex(of: ":") else {
                throw OxbowError(.badRequest, "invalid --security-opt 1: \"\(option)\"")
            }
            let value = String(option[option.index(after: separator)...])
            switch option[..<separator] {
            case "no-new-privileges": noNewPrivileges = try Self.bool(value, in: option)
            case "apparmor": appArmor = value
            case "seccomp":
                seccomp =
                    switch value {
                    case "unconfined": .unconfined
                    case "builtin", "default": .runtimeDefault
                    default: .profile(value)
                    }
            case "label":
                if value == "disable" {
                    isLabelDisabled = true
                    continue
                }
                let parts = value.split(separator: ":", maxSplits: 1).map(String.init)
                guard parts.count == 2, ["user", "role", "type", "level", "filetype"].contains(parts[0]) else {
                    throw OxbowError(.badRequest, "invalid --security-opt 2: \"\(option)\"")
                }
                labels[parts[0]] = parts[1]
            default: throw OxbowError(.badRequest, "invalid --security-opt 2: \"\(option)\"")
            }
        }
    }

    /// The process's SELinux label in its four parts; "" when none was asked for.
    var label: String {
        guard !isLabelDisabled, !labels.isEmpty else { return "" }
        return [
            labels["user"] ?? "system_u", labels["role"] ?? "system_r", labels["type"] ?? "container_t",
            labels["level"] ?? "s0",
        ].joined(separator: ":")
    }

    private static func bool(_ text: String, in option: String) throws(OxbowError) -> Bool {
        switch text.lowercased() {
        case "true", "1", "t": true
        case "false", "0", "f": false
        default: throw OxbowError(.badRequest, "invalid --security-opt 2: \"\(option)\"")
        }
    }
}
