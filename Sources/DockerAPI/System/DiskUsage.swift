/// The answer of `GET /system/df` in its shape below API 1.52.
package struct DiskUsage: GoObject {
    /// Bytes of all image layers, each counted once.
    package var layersSize: Int64 = 0
    package var images: [ImageSummary]? = []
    package var containers: [ContainerSummary]? = []
    package var volumes: [DockerObject]? = []
    package var buildCache: [DockerObject]? = []
    package init() {}

    package static let members: GoMembers<Self> = [
        .always("LayersSize", \.layersSize),
        .always("Images", \.images),
        .always("Containers", \.containers),
        .always("Volumes", \.volumes),
        .always("BuildCache", \.buildCache),
    ]

    /// What an engine without volumes and builder has none of.
    package struct DockerObject: GoObject {
        package init() {}
        package static let members: GoMembers<Self> = []
    }
}
