import CNI
import Core
import DockerAPI
import Faults
import OCI

/// The `filters` of `GET /containers/json`, applied to one container after the other.
///
/// Different keys must all hold; of one key's values any one is enough, except for labels.
struct ContainerFilter {
    static let names: Set<String> = [
        "ancestor", "before", "exited", "expose", "health", "id", "isolation", "is-task", "label", "name", "network",
        "publish", "since", "status", "volume",
    ]
    static let states: Set<String> = ["created", "restarting", "running", "removing", "paused", "exited", "dead"]

    let filters: Filters
    private let exitCodes: Set<Int32>
    private let exposed: [PortSpecification]
    private let published: [PortSpecification]
    private let newerThan: Int64?
    private let olderThan: Int64?
    private let ancestors: Set<Digest>?
    private let patterns: [NamePattern]

    /// - Parameters:
    ///   - containers: all there are, for `before` and `since`.
    ///   - images: all there are, for `ancestor`.
    init(_ filters: Filters, containers: [ContainerRecord], images: [ImageRecord]) throws(OxbowError) {
        self.filters = filters
        for state in filters["status"] where !Self.states.contains(state) {
            throw OxbowError(.badRequest, "invalid filter 'status=\(state)'")
        }
        exitCodes = Set(
            try filters["exited"].map { text throws(OxbowError) -> Int32 in
                guard let code = Int32(text) else { throw OxbowError(.badRequest, "invalid filter 'exited=\(text)'") }
                return code
            })
        exposed = try Self.ports(filters["expose"])
        published = try Self.ports(filters["publish"])
        func created(_ name: String) throws(OxbowError) -> Int64? {
            guard let reference = filters[name].first else { return nil }
            return try ContainerReference(text: reference).find(in: containers).createdAt
        }
        newerThan = try created("since")
        olderThan = try created("before")
        ancestors =
            filters["ancestor"].isEmpty
            ? nil
            : Set(
                filters["ancestor"].flatMap { name in images.filter { ImageFilter.image($0, isNamed: name) }.map(\.id) }
            )
        patterns = try filters["name"].map(NamePattern.init)
    }

    private static func ports(_ texts: [String]) throws(OxbowError) -> [PortSpecification] {
        var ports: [PortSpecification] = []
        for text in texts { ports += try PortSpecification.list(text) }
        return ports
    }

    /// Asking for states shows stopped containers too.
    var impliesAll: Bool { !filters["status"].isEmpty || !exitCodes.isEmpty }

    func admits(_ record: ContainerRecord, _ document: ContainerDocument, isRestarting: Bool) -> Bool {
        func any(_ name: String, _ matches: (String) -> Bool) -> Bool {
            let values = filters[name]
            return values.isEmpty || values.contains(where: matches)
        }
        let word = ContainerStatus(of: record, isRestarting: isRestarting, now: 0).word
        if let newerThan, record.createdAt <= newerThan { return false }
        if let olderThan, record.createdAt >= olderThan { return false }
        if let ancestors, !ancestors.contains(record.spec.image) { return false }
        if !exitCodes.isEmpty, record.state != .exited || !exitCodes.contains(record.exitCode) { return false }
        if !patterns.isEmpty, !patterns.contains(where: { $0.matches(record.spec.name) }) { return false }
        return any("status") { $0 == word }
            && any("id") { record.id.hasPrefix($0) }
            && LabelFilter(filters["label"]).admits(document.config.labels ?? [:])
            && any("health") { $0 == "none" }
            && any("is-task") { ["0", "false", "f", "no"].contains($0.lowercased()) }
            && any("isolation") { $0 == "default" || $0.isEmpty }
            && any("network") { name in
                NetworkSettings.networks(of: record, document: document).keys.contains(name)
            }
            && any("volume") { path in
                document.mountPoints.contains { $0.destination == path || $0.source == path || $0.name == path }
            }
            && admitsPorts(record, document)
    }

    private func admitsPorts(_ record: ContainerRecord, _ document: ContainerDocument) -> Bool {
        if !published.isEmpty {
            let own = PortClaims.mappings(of: record).map {
                PortSpecification(port: UInt16(clamping: $0.containerPort), transport: $0.transport)
            }
            if !published.contains(where: own.contains) { return false }
        }
        if !exposed.isEmpty {
            let own = (document.config.exposedPorts ?? [:]).keys.flatMap { (try? PortSpecification.list($0)) ?? [] }
            if !exposed.contains(where: own.contains) { return false }
        }
        return true
    }
}
