import CRI
import Faults

/// The AppArmor profile asked for, from the typed field or the older string.
struct AppArmorChoice {
    private let typed: SecurityProfile?
    private let name: String

    init(_ typed: SecurityProfile?, name: String) {
        self.typed = typed
        self.name = name
    }

    /// "" when nothing is asked for, or the runtime's default, which is none on a host without AppArmor.
    /// - Throws: `.unsupported` for a named profile on a host without AppArmor.
    func profile() throws(OxbowError) -> String {
        let asked: String
        if let typed {
            asked = typed.profileType == .localhost ? typed.localhostRef : ""
        } else {
            switch name {
            case "", "runtime/default", "unconfined": asked = ""
            case let local where local.hasPrefix("localhost/"): asked = String(local.dropFirst("localhost/".count))
            default: asked = name
            }
        }
        guard asked.isEmpty || HostFiles.hasAppArmor else {
            throw OxbowError(.unsupported, "apparmor: this host has no AppArmor (\(asked))")
        }
        return asked
    }
}
