/// Whom a request believes beside the host's own authorities, and who it is itself.
package struct TLSTrust: Sendable, Equatable {
    /// PEM certificates, joined.
    package var authorities: [UInt8]
    /// PEM files of the client's own certificate and its key.
    package var identity: Identity?

    package struct Identity: Sendable, Equatable {
        package var certificate: String
        package var key: String

        package init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    package init(authorities: [UInt8] = [], identity: Identity? = nil) {
        self.authorities = authorities
        self.identity = identity
    }
}
