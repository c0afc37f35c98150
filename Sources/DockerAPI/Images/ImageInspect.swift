/// Answer of `GET /images/{name}/json`.
package struct ImageInspect: GoObject {
    package struct RootFS: GoObject {
        package var type = ""
        /// Digests of the unpacked layers, lowest first.
        package var layers: [String]?
        package init() {}
        package static let members: GoMembers<Self> = [.always("Type", \.type), .omitEmpty("Layers", \.layers)]
    }
    package struct Metadata: GoObject {
        package var lastTagTime = ""
        package init() {}
        package static let members: GoMembers<Self> = [.always("LastTagTime", \.lastTagTime)]
    }

    package var id = ""
    package var repoTags: [String]? = []
    package var repoDigests: [String]? = []
    package var parent = ""
    package var comment = ""
    package var created = ""
    package var container = ""
    package var containerConfig: ContainerConfig? = ContainerConfig()
    package var dockerVersion = ""
    package var author = ""
    package var config: ContainerConfig?
    package var architecture = ""
    package var variant = ""
    package var os = ""
    package var osVersion = ""
    /// Bytes on disk of all layers.
    package var size: Int64 = 0
    package var virtualSize: Int64 = 0
    package var graphDriver = GraphDriver()
    package var rootFS = RootFS()
    package var metadata = Metadata()
    package init() {}

    package static let members: GoMembers<Self> = [
        .always("Id", \.id),
        .always("RepoTags", \.repoTags),
        .always("RepoDigests", \.repoDigests),
        .always("Parent", \.parent),
        .always("Comment", \.comment),
        .always("Created", \.created),
        .always("Container", \.container),
        .always("ContainerConfig", \.containerConfig),
        .always("DockerVersion", \.dockerVersion),
        .always("Author", \.author),
        .always("Config", \.config),
        .always("Architecture", \.architecture),
        .omitEmpty("Variant", \.variant),
        .always("Os", \.os),
        .omitEmpty("OsVersion", \.osVersion),
        .always("Size", \.size),
        .always("VirtualSize", \.virtualSize),
        .always("GraphDriver", \.graphDriver),
        .always("RootFS", \.rootFS),
        .always("Metadata", \.metadata),
    ]
}
