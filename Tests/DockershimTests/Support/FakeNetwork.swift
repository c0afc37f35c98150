import CNI
import Faults
import Synchronization

/// A pod network that gives one address and remembers what it did.
final class FakeNetwork: PodNetwork {
    private let done = Mutex<[String]>([])
    private let attachFailure: OxbowError?
    private let trouble: String?

    init(attachFailure: OxbowError? = nil, problem: String? = nil) {
        self.attachFailure = attachFailure
        trouble = problem
    }

    var log: [String] { done.withLock { $0 } }

    func problem() async -> String? { trouble }

    func attach(_ request: NetworkRequest, namespacePath: String) async throws(OxbowError) -> NetworkResult {
        let ports = request.portMappings.map { "\($0.hostPort)>\($0.containerPort)/\($0.transport.rawValue)" }
        done.withLock { $0.append("attach \(request.pod.name) \(namespacePath) \(ports.joined(separator: ","))") }
        if let attachFailure { throw attachFailure }
        return NetworkResult(addresses: ["10.1.0.5", "fd00::5"])
    }

    func detach(_ request: NetworkRequest, namespacePath: String) async throws(OxbowError) {
        done.withLock { $0.append("detach \(request.pod.name) \(namespacePath)") }
    }
}
