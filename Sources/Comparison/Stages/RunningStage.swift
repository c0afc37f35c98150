import Linux

/// Processes that serve a CRI socket, ours or somebody else's.
struct RunningStage: Sendable {
    let name: String
    let criSocket: String
    let daemons: [Int32]
    /// Theirs alone; nil when they share theirs.
    let cgroup: String?
}

extension RunningStage {
    /// Whoever listens at an endpoint's socket.
    static func found(_ endpoint: EndpointDefinition, tree: CgroupTree) async throws -> RunningStage {
        do {
            return try await blocking {
                let pid = try UnixSockets.server(at: endpoint.socket)
                let cgroup = tree.path(of: pid)
                let ours = ProcessFacts.own.flatMap { tree.path(of: $0) }
                return RunningStage(
                    name: endpoint.name, criSocket: endpoint.socket, daemons: [pid],
                    cgroup: cgroup == "/" || cgroup == ours ? nil : cgroup)
            }
        } catch let failure as SystemFailure {
            throw ComparisonFailure("\(endpoint.name): nobody answers: \(failure)")
        }
    }
}

extension ProcessFacts {
    /// Our own pid, as /proc tells it.
    static var own: Int32? { (try? Files.link(at: "/proc/self")).flatMap { Int32($0) } }
}

/// Why a comparison cannot go on.
package struct ComparisonFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
