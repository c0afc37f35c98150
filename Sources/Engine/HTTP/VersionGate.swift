import DockerAPI

/// Takes the version out of a request's path and says whether this engine speaks it.
struct VersionGate: Equatable {
    /// The path without its version.
    let path: String
    /// The version to answer in: the path's own, else the newest.
    let version: APIVersion
    /// Whether the path named one.
    let isExplicit: Bool

    init(path: String) {
        // `/v1.41/containers/json`; `/version` and `/v/x` name no version.
        let segments = path.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        if segments.count == 3, segments[1].hasPrefix("v"), let version = APIVersion(segments[1]) {
            self.path = "/" + segments[2]
            self.version = version
            isExplicit = true
        } else {
            self.path = path
            version = EngineAPI.maximum
            isExplicit = false
        }
    }

    /// Docker's own words for a version out of range; nil when it is spoken here.
    var refusal: String? {
        if version < EngineAPI.minimum {
            return "client version \(version) is too old. Minimum supported API version is \(EngineAPI.minimum), "
                + "please upgrade your client to a newer version"
        }
        if version > EngineAPI.maximum {
            return "client version \(version) is too new. Maximum supported API version is \(EngineAPI.maximum)"
        }
        return nil
    }
}
