/// Body of `POST /containers/create`: a `ContainerConfig` with two members more.
package struct ContainerCreateRequest: GoObject {
    package var config = ContainerConfig()
    package var hostConfig: HostConfig?
    package var networkingConfig: NetworkingConfig?
    package init() {}
    package init(config: ContainerConfig, hostConfig: HostConfig?, networkingConfig: NetworkingConfig? = nil) {
        self.config = config
        self.hostConfig = hostConfig
        self.networkingConfig = networkingConfig
    }

    package static let members: GoMembers<Self> = [
        .embedding(\.config),
        .always("HostConfig", \.hostConfig),
        .always("NetworkingConfig", \.networkingConfig),
    ]
}
