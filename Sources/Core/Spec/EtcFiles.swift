package struct EtcFiles: Sendable, Codable {
    /// The whole text, or nil when the file is not to be bound.
    package var resolvConf: String?
    package var hosts: String?
    package var hostname: String?
    package init(
        resolvConf: String? = nil,
        hosts: String? = nil,
        hostname: String? = nil
    ) {
        self.resolvConf = resolvConf
        self.hosts = hosts
        self.hostname = hostname
    }
}
