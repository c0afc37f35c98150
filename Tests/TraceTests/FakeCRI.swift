import CRI
import GRPC
import NIOCore
import Synchronization

@testable import Trace

/// A CRI in this process, as small as the replayer's tests allow: sandboxes and containers in a table, every call noted.
final class FakeCRI: CRITransport {
    struct State {
        var calls: [(method: String, request: JSONValue)] = []
        /// Id → metadata uid, ready.
        var sandboxes: [String: (uid: String, ready: Bool)] = [:]
        var images: [String: String] = [:]
        /// ContainerStatus answers RUNNING this many times, then EXITED.
        var statusesBeforeExit = 0
        /// Method → what it fails with.
        var failures: [String: GRPCStatus] = [:]
    }

    let state = Mutex(State())
    let api: APIVersion

    init(api: APIVersion = .v1) { self.api = api }

    var calls: [String] { state.withLock { $0.calls.map(\.method) } }
    func requests(_ method: String) -> [JSONValue] {
        state.withLock { $0.calls.filter { $0.method == method }.map(\.request) }
    }

    func unary(_ path: String, _ message: ByteBuffer, timeout: Duration?) async throws(GRPCStatus) -> ByteBuffer {
        guard path.hasPrefix("/\(api.rawValue).") else { throw GRPCStatus(.unimplemented, "unknown service") }
        guard let call = CRISchema.call(String(path.dropFirst("/\(api.rawValue).".count))),
            let request = try? CRIJSON.value(of: message, type: call.request.name, api: api)
        else { throw GRPCStatus(.internal, "test: bad call") }
        let outcome: Result<JSONValue, GRPCStatus> = state.withLock { state in
            state.calls.append((call.method, request))
            if let failure = state.failures[call.method] { return .failure(failure) }
            return .success(Self.answer(call.method, request, &state))
        }
        let answer = try outcome.get()
        guard let bytes = try? CRIJSON.bytes(from: answer, type: call.response.name, api: api) else {
            throw GRPCStatus(.internal, "test: bad answer")
        }
        return bytes
    }

    func serverStream(
        _ path: String, _ message: ByteBuffer, timeout: Duration?,
        receive: @Sendable (ByteBuffer) async throws(GRPCStatus) -> Void
    ) async throws(GRPCStatus) {
        throw GRPCStatus(.deadlineExceeded, "silence")
    }

    private static func answer(_ method: String, _ request: JSONValue, _ state: inout State) -> JSONValue {
        switch method {
        case "RunPodSandbox":
            let id = "new-s\(state.sandboxes.count)"
            state.sandboxes[id] = (request.string(at: "config", "metadata", "uid") ?? "", true)
            return ["pod_sandbox_id": .string(id)]
        case "StopPodSandbox":
            state.sandboxes[request.string(at: "pod_sandbox_id") ?? ""]?.ready = false
            return [:]
        case "RemovePodSandbox":
            state.sandboxes[request.string(at: "pod_sandbox_id") ?? ""] = nil
            return [:]
        case "ListPodSandbox":
            return [
                "items": .array(
                    state.sandboxes.sorted { $0.key < $1.key }.map { id, sandbox in
                        [
                            "id": .string(id), "metadata": ["uid": .string(sandbox.uid)],
                            "state": sandbox.ready ? "SANDBOX_READY" : "SANDBOX_NOTREADY",
                        ]
                    })
            ]
        case "CreateContainer": return ["container_id": "new-c"]
        case "ContainerStatus":
            state.statusesBeforeExit -= 1
            let exited = state.statusesBeforeExit < 0
            return ["status": ["id": "new-c", "state": exited ? "CONTAINER_EXITED" : "CONTAINER_RUNNING"]]
        case "ImageStatus":
            guard let id = state.images[request.string(at: "image", "image") ?? ""] else { return [:] }
            return ["image": ["id": .string(id)]]
        case "RemoveImage":
            state.images[request.string(at: "image", "image") ?? ""] = nil
            return [:]
        default: return [:]
        }
    }
}
