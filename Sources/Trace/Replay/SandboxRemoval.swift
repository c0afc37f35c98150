package import CRI
import GRPC

/// Stops and removes sandboxes at an endpoint.
package struct SandboxRemoval: Sendable {
    private let endpoint: CRIEndpoint
    private static let timeout = Duration.seconds(120)

    package init(_ endpoint: CRIEndpoint) { self.endpoint = endpoint }

    /// - Parameter chosen: looks at one entry of ListPodSandbox.
    package func remove(where chosen: (JSONValue) -> Bool) async -> ReplayReport.ClearingUp {
        var result = ReplayReport.ClearingUp()
        do throws(GRPCStatus) {
            let list = try await endpoint.call("RuntimeService/ListPodSandbox", [:], timeout: Self.timeout)
            for entry in list["items"]?.array ?? [] where chosen(entry) {
                guard let id = entry.string(at: "id") else { continue }
                do throws(GRPCStatus) {
                    for method in ["RuntimeService/StopPodSandbox", "RuntimeService/RemovePodSandbox"] {
                        _ = try await endpoint.call(method, ["pod_sandbox_id": .string(id)], timeout: Self.timeout)
                    }
                    result.sandboxes += 1
                } catch {
                    result.failures.append("sandbox \(id.prefix(12)): \(error.message) (code \(error.code.rawValue))")
                }
            }
        } catch {
            result.failures.append("sandboxes: cannot be listed (\(error.message))")
        }
        return result
    }
}
