/// The image configuration document, under its own names; the same in Docker's format and OCI's.
///
/// Source: opencontainers/image-spec 1.0, config.md. Members that nobody here needs are passed over.
package struct ImageConfigDocument: Sendable, Codable, Equatable {
    package var created: String?
    package var author: String?
    package var architecture: String?
    package var os: String?
    package var config: Config?
    package var rootfs: RootFS
    package var history: [History]?

    /// Bytes of one document.
    package static let limit = 4 << 20
    /// Layers of one image; overlay's option string bounds it further.
    package static let layerLimit = 127

    package struct Empty: Sendable, Codable, Equatable { package init() {} }

    package struct Config: Sendable, Codable, Equatable {
        package var user: String?
        package var exposedPorts: [String: Empty]?
        package var environment: [String]?
        package var entrypoint: [String]?
        package var command: [String]?
        package var volumes: [String: Empty]?
        package var workingDirectory: String?
        package var labels: [String: String]?
        package var stopSignal: String?

        private enum CodingKeys: String, CodingKey {
            case user = "User"
            case exposedPorts = "ExposedPorts"
            case environment = "Env"
            case entrypoint = "Entrypoint"
            case command = "Cmd"
            case volumes = "Volumes"
            case workingDirectory = "WorkingDir"
            case labels = "Labels"
            case stopSignal = "StopSignal"
        }
    }

    package struct RootFS: Sendable, Codable, Equatable {
        package var type: String
        package var diffIDs: [Digest]

        private enum CodingKeys: String, CodingKey {
            case type
            case diffIDs = "diff_ids"
        }
    }

    package struct History: Sendable, Codable, Equatable {
        package var created: String?
        package var createdBy: String?
        package var comment: String?
        package var emptyLayer: Bool?

        private enum CodingKeys: String, CodingKey {
            case created, comment
            case createdBy = "created_by"
            case emptyLayer = "empty_layer"
        }
    }
}

extension ImageConfigDocument {
    /// The document of a new image; empty members are left out.
    package init(_ config: ImageConfig) {
        func some(_ text: String) -> String? { text.isEmpty ? nil : text }
        func some<C: Collection>(_ values: C) -> C? { values.isEmpty ? nil : values }
        func set(_ names: [String]) -> [String: Empty]? {
            names.isEmpty ? nil : Dictionary(names.map { ($0, Empty()) }) { first, _ in first }
        }
        self.init(
            created: some(config.created), author: some(config.author), architecture: some(config.architecture),
            os: some(config.os),
            config: Config(
                user: some(config.user), exposedPorts: set(config.exposedPorts), environment: some(config.environment),
                entrypoint: some(config.entrypoint), command: some(config.command), volumes: set(config.volumes),
                workingDirectory: some(config.workingDirectory), labels: some(config.labels),
                stopSignal: some(config.stopSignal)),
            rootfs: RootFS(type: "layers", diffIDs: config.layerDiffIDs),
            history: some(
                config.history.map {
                    History(
                        created: some($0.created), createdBy: some($0.createdBy), comment: some($0.comment),
                        emptyLayer: $0.emptyLayer ? true : nil)
                }))
    }
}

extension ImageConfig {
    package init(_ document: ImageConfigDocument) {
        let config = document.config
        self.init(
            user: config?.user ?? "", environment: config?.environment ?? [], entrypoint: config?.entrypoint ?? [],
            command: config?.command ?? [], workingDirectory: config?.workingDirectory ?? "",
            labels: config?.labels ?? [:], exposedPorts: (config?.exposedPorts ?? [:]).keys.sorted(),
            volumes: (config?.volumes ?? [:]).keys.sorted(), stopSignal: config?.stopSignal ?? "",
            architecture: document.architecture ?? "", os: document.os ?? "", author: document.author ?? "",
            created: document.created ?? "",
            history: (document.history ?? []).map {
                History(
                    created: $0.created ?? "", createdBy: $0.createdBy ?? "", comment: $0.comment ?? "",
                    emptyLayer: $0.emptyLayer ?? false)
            },
            layerDiffIDs: document.rootfs.diffIDs)
    }
}
