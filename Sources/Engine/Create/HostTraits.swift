import Core

/// What creating a container needs to know of the host.
struct HostTraits: Sendable {
    var hostname: String
    var cpus: Int
    var cgroupVersion: Int
    var hasAppArmor: Bool
    var hasSELinux: Bool
    /// handler → program
    var runtimes: [String: String]
    var defaultRuntime: String
    /// Text of the host's resolv.conf.
    var resolvConf: String
    /// Whether the program that serves as init is there.
    var hasInit: Bool
}
