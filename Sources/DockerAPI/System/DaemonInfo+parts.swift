extension DaemonInfo {
    package struct Plugins: GoObject {
        package var volume: [String]? = []
        package var network: [String]? = []
        package var authorization: [String]?
        package var log: [String]? = []
        package init() {}
        package static let members: GoMembers<Self> = [
            .always("Volume", \.volume),
            .always("Network", \.network),
            .always("Authorization", \.authorization),
            .always("Log", \.log),
        ]
    }

    package struct RegistryConfig: GoObject {
        package struct Index: GoObject {
            package var name = ""
            package var mirrors: [String]? = []
            package var secure = true
            package var official = false
            package init() {}
            package static let members: GoMembers<Self> = [
                .always("Name", \.name),
                .always("Mirrors", \.mirrors),
                .always("Secure", \.secure),
                .always("Official", \.official),
            ]
        }
        package var insecureRegistryCIDRs: [String]? = []
        package var indexConfigs: [String: Index]? = [:]
        package var mirrors: [String]? = []
        package init() {}
        package static let members: GoMembers<Self> = [
            .always("InsecureRegistryCIDRs", \.insecureRegistryCIDRs),
            .always("IndexConfigs", \.indexConfigs),
            .always("Mirrors", \.mirrors),
        ]
    }

    package struct RuntimePath: GoObject {
        package var path = ""
        /// What the runtime says of itself: its features as JSON text under `featuresKey`; newer daemons only.
        package var status: [String: String]?
        package init() {}
        package init(path: String, status: [String: String]? = nil) {
            self.path = path
            self.status = status
        }

        package static let featuresKey = "org.opencontainers.runtime-spec.features"
        package static let members: GoMembers<Self> = [.always("path", \.path), .omitEmpty("status", \.status)]
    }

    /// A daemon that is in no swarm says `inactive`.
    package struct SwarmState: GoObject {
        package var nodeID = ""
        package var nodeAddress = ""
        package var localNodeState = "inactive"
        package var controlAvailable = false
        package var error = ""
        package var remoteManagers: [String]?
        package init() {}
        package static let members: GoMembers<Self> = [
            .always("NodeID", \.nodeID),
            .always("NodeAddr", \.nodeAddress),
            .always("LocalNodeState", \.localNodeState),
            .always("ControlAvailable", \.controlAvailable),
            .always("Error", \.error),
            .always("RemoteManagers", \.remoteManagers),
        ]
    }

    package struct Commit: GoObject {
        package var id = ""
        package var expected = ""
        package init() {}
        package init(id: String) {
            self.id = id
            expected = id
        }
        package static let members: GoMembers<Self> = [.always("ID", \.id), .always("Expected", \.expected)]
    }
}
