import CNI
import Faults

/// A pod network that takes as long as the recorded one: until the end of the CRI call that asks for it.
struct RecordedNetwork: PodNetwork {
    let time: VirtualTime

    func problem() async -> String? { nil }

    func attach(_ request: NetworkRequest, namespacePath: String) async throws(OxbowError) -> NetworkResult {
        if let caller = RecordedDaemon.caller { await time.wait(until: caller.window.upperBound) }
        return NetworkResult(addresses: ["10.0.0.1"])
    }

    func detach(_ request: NetworkRequest, namespacePath: String) async throws(OxbowError) {}
}
