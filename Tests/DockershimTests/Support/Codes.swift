import Faults
import GRPC

@testable import Dockershim

/// The gRPC code that a client of this era is told; nil for success.
func code(_ era: Era, _ call: () async throws -> Void) async -> GRPCStatus.Code? {
    do {
        try await call()
        return nil
    } catch {
        return (error as? OxbowError).map { era.status($0).code }
    }
}
