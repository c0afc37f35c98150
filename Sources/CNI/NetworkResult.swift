package struct NetworkResult: Sendable, Codable, Equatable {
    /// Addresses without prefix length, IPv4 first, of the interface `eth0`.
    package var addresses: [String]
    /// MAC, gateway and prefix lengths, for Docker's inspect.
    package var macAddress: String
    package var gateway: String
    package var prefixLength: Int
    package init(addresses: [String], macAddress: String = "", gateway: String = "", prefixLength: Int = 0) {
        self.addresses = addresses
        self.macAddress = macAddress
        self.gateway = gateway
        self.prefixLength = prefixLength
    }
}
