import CRI
import GRPC
import Synchronization
import Testing

/// What a client of GetContainerEvents has heard so far.
final class EventEar: Sendable {
    private struct State {
        var heard: [ContainerEventResponse] = []
        var end: GRPCStatus?
    }
    private let state = Mutex(State())
    private let kubelet: Kubelet

    init(_ kubelet: Kubelet) { self.kubelet = kubelet }

    var heard: [ContainerEventResponse] { state.withLock { $0.heard } }

    func take(_ event: ContainerEventResponse) { state.withLock { $0.heard.append(event) } }
    func end(_ status: GRPCStatus) { state.withLock { $0.end = status } }

    /// Waits until `isDone` holds of all that was heard.
    /// - Throws: the status with which the stream has ended meanwhile.
    @discardableResult
    func wait(
        within deadline: Duration = .seconds(60), until isDone: ([ContainerEventResponse]) -> Bool
    ) async throws -> [ContainerEventResponse] {
        try await kubelet.eventually(within: deadline) {
            let (heard, end) = state.withLock { ($0.heard, $0.end) }
            if let end { throw end }
            return heard
        } until: {
            isDone($0)
        }
    }

    /// The types of the events of one sandbox or container, in the order in which they came.
    func types(_ id: String) -> [ContainerEventType] {
        heard.filter { $0.containerId == id }.map(\.containerEventType)
    }
}

extension Kubelet {
    /// Runs `body` while listening. Pods are made until one is heard of, so that nothing of `body` can be missed.
    func listening<Result>(_ body: (EventEar) async throws -> Result) async throws -> Result {
        let ear = EventEar(self)
        let client = client
        async let _: Void = {
            do throws(GRPCStatus) {
                try await client.getContainerEvents(GetEventsRequest()) { event in ear.take(event) }
            } catch {
                ear.end(error)
            }
        }()
        while ear.heard.isEmpty {
            let sandbox = try await pod("ear") { $0.id }
            // Heard late on a busy machine is as good; a stream that has ended is an error.
            do {
                try await ear.wait(within: .seconds(1)) { $0.contains { $0.containerId == sandbox } }
            } catch is TookTooLong {}
        }
        let result = try await body(ear)
        return result
    }
}
