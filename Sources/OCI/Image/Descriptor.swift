/// Points to content: its type, digest and size. Source: opencontainers/image-spec 1.0, descriptor.md.
package struct Descriptor: Sendable, Codable, Equatable {
    package var mediaType: String?
    package var digest: Digest
    /// Bytes; never negative.
    package var size: UInt64
    package var annotations: [String: String]?
    package var platform: Platform?

    package struct Platform: Sendable, Codable, Equatable {
        package var architecture: String
        package var os: String
        package var variant: String?

        package init(architecture: String, os: String, variant: String? = nil) {
            self.architecture = architecture
            self.os = os
            self.variant = variant
        }

        /// This host's, in Go's words.
        package static var host: Platform {
            #if arch(x86_64)
                Platform(architecture: "amd64", os: "linux")
            #elseif arch(arm64)
                Platform(architecture: "arm64", os: "linux")
            #else
                #error("add this architecture's name in Go's GOARCH")
            #endif
        }
    }

    package init(
        mediaType: String? = nil, digest: Digest, size: UInt64, annotations: [String: String]? = nil,
        platform: Platform? = nil
    ) {
        self.mediaType = mediaType
        self.digest = digest
        self.size = size
        self.annotations = annotations
        self.platform = platform
    }
}
