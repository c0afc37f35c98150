/// The `config` object of an image configuration document, and what Docker and CRI need of the rest.
package struct ImageConfig: Sendable, Codable, Equatable {
    package var user: String
    package var environment: [String]
    package var entrypoint: [String]
    package var command: [String]
    package var workingDirectory: String
    package var labels: [String: String]
    /// `80/tcp`, sorted.
    package var exposedPorts: [String]
    /// Sorted.
    package var volumes: [String]
    package var stopSignal: String
    package var architecture: String
    package var os: String
    package var author: String
    /// RFC 3339, as written in the document; "" when absent.
    package var created: String
    package var history: [History]
    package var layerDiffIDs: [Digest]

    package struct History: Sendable, Codable, Equatable {
        package var created: String
        package var createdBy: String
        package var comment: String
        package var emptyLayer: Bool

        package init(created: String = "", createdBy: String = "", comment: String = "", emptyLayer: Bool = false) {
            self.created = created
            self.createdBy = createdBy
            self.comment = comment
            self.emptyLayer = emptyLayer
        }
    }

    package init(
        user: String = "", environment: [String] = [], entrypoint: [String] = [], command: [String] = [],
        workingDirectory: String = "", labels: [String: String] = [:], exposedPorts: [String] = [],
        volumes: [String] = [], stopSignal: String = "", architecture: String = "", os: String = "",
        author: String = "", created: String = "", history: [History] = [], layerDiffIDs: [Digest] = []
    ) {
        self.user = user
        self.environment = environment
        self.entrypoint = entrypoint
        self.command = command
        self.workingDirectory = workingDirectory
        self.labels = labels
        self.exposedPorts = exposedPorts
        self.volumes = volumes
        self.stopSignal = stopSignal
        self.architecture = architecture
        self.os = os
        self.author = author
        self.created = created
        self.history = history
        self.layerDiffIDs = layerDiffIDs
    }
}
