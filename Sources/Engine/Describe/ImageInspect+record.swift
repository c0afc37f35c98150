import Core
import DockerAPI
import Linux
import OCI

extension ImageInspect {
    init(of image: ImageRecord) {
        self.init()
        id = image.id.description
        repoTags = image.tags.map(\.familiar).sorted()
        repoDigests = image.digests.map(\.familiar).sorted()
        created = image.config.created.isEmpty ? DockerTime.text(image.createdAt) : image.config.created
        author = image.config.author
        config = ContainerConfig(of: image.config)
        architecture = image.config.architecture
        os = image.config.os
        size = Int64(clamping: image.size)
        virtualSize = size
        graphDriver = GraphDriver(name: "overlay2", data: nil)
        rootFS.type = "layers"
        rootFS.layers = image.config.layerDiffIDs.map(\.description)
        metadata.lastTagTime = DockerTime.text(image.lastTagged)
    }
}

extension ContainerConfig {
    /// As an image's inspection shows its configuration: what is not there is null.
    init(of image: ImageConfig) {
        self.init()
        user = image.user
        env = image.environment.isEmpty ? nil : image.environment
        cmd = image.command.isEmpty ? nil : Words(image.command)
        entrypoint = image.entrypoint.isEmpty ? nil : Words(image.entrypoint)
        workingDir = image.workingDirectory
        labels = image.labels.isEmpty ? nil : image.labels
        exposedPorts = image.exposedPorts.isEmpty ? nil : [String: GoEmpty](setOf: image.exposedPorts)
        volumes = image.volumes.isEmpty ? nil : [String: GoEmpty](setOf: image.volumes)
        stopSignal = image.stopSignal
    }
}

extension ImageSummary {
    init(of image: ImageRecord) {
        self.init()
        id = image.id.description
        // Below 1.43 an image without a name says so; 20.10 has no digests for an image that came from no registry.
        repoTags = image.tags.isEmpty ? ["<none>:<none>"] : image.tags.map(\.familiar).sorted()
        repoDigests =
            image.digests.isEmpty
            ? (image.tags.isEmpty ? ["<none>@<none>"] : nil) : image.digests.map(\.familiar).sorted()
        created = Self.created(image)
        labels = image.config.labels.isEmpty ? nil : image.config.labels
        size = Int64(clamping: image.size)
        virtualSize = size
    }

    /// When the image was built, by its own document; else when it came here. Seconds since 1970.
    static func created(_ image: ImageRecord) -> Int64 {
        (DockerTime.parse(image.config.created)?.nanoseconds ?? image.createdAt) / 1_000_000_000
    }
}
