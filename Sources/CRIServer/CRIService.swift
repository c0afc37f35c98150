import CRI
package import Faults
package import GRPC
package import Logging
package import NIOCore

/// The CRI for gRPC clients, under both of its package names, in front of any runtime.
///
/// A failed call leaves one line in the log; it holds the call's name and the error, never what the request held.
package struct CRIService: GRPCHandler {
    private let runtime: any CRIRuntime
    private let logger: Logger
    private let statusOf: @Sendable (OxbowError) -> GRPCStatus

    /// - Parameter statusOf: how an error reads to the client. Unknown services and methods do not pass through it.
    package init(
        runtime: any CRIRuntime, logger: Logger,
        statusOf: @escaping @Sendable (OxbowError) -> GRPCStatus = { GRPCStatus($0) }
    ) {
        self.runtime = runtime
        self.logger = logger
        self.statusOf = statusOf
    }

    package func answer(_ head: CallHead, message: ByteBuffer, answers: AnswerWriter) async throws(GRPCStatus) {
        guard let entry = Route.byPath[head.path] else {
            let status = Self.unknown(head.path)
            logger.info("call refused", metadata: ["error": "\(status.message)"])
            throw status
        }
        let begun = ContinuousClock.now
        let context = CallContext(api: entry.api, deadline: head.timeout.map { begun + $0 }, method: entry.method)
        // `withValue` cannot throw a typed error, so that the failure is its result.
        let failure: OxbowError? = await CallContext.$current.withValue(context) {
            do throws(OxbowError) {
                try await entry.route.run(runtime, message, context) { bytes async throws(OxbowError) in
                    do throws(GRPCStatus) { try await answers.send(bytes) } catch {
                        throw OxbowError(undelivered: error)
                    }
                }
                return nil
            } catch {
                return error
            }
        }
        logger.trace(
            "call",
            metadata: [
                "call": "\(entry.method)", "api": "\(entry.api.rawValue)", "took": "\(ContinuousClock.now - begun)",
            ])
        guard let failure else { return }
        log(failure, of: entry)
        throw (failure.origin as? Undelivered)?.status ?? statusOf(failure)
    }

    private func log(_ failure: OxbowError, of entry: Route.Entry) {
        var metadata: Logger.Metadata = [
            "call": "\(entry.method)", "kind": "\(failure.kind.rawValue)", "error": "\(failure.message)",
        ]
        if let origin = failure.origin { metadata["origin"] = "\(origin)" }
        let level: Logger.Level =
            switch failure.kind {
            case .ours: .error
            case .runtimeDown, .corrupt: .warning
            case .badRequest, .missing, .taken, .wrongState, .unsupported, .tooLate, .cancelled, .tooLarge, .denied:
                .info
            }
        logger.log(level: level, "call failed", metadata: metadata)
    }

    /// - Parameter path: one that is in no table. The wording is grpc-go's, which clients of the CRI look for.
    private static func unknown(_ path: String) -> GRPCStatus {
        guard path.hasPrefix("/"), let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            return GRPCStatus(.unimplemented, "malformed method name: \"\(path)\"")
        }
        let service = String(path[path.index(after: path.startIndex)..<slash])
        let method = path[path.index(after: slash)...]
        guard Route.services.contains(service) else {
            return GRPCStatus(.unimplemented, "unknown service \(service)")
        }
        return GRPCStatus(.unimplemented, "unknown method \(method) for service \(service)")
    }
}

/// Why an answer did not reach the client; when the runtime passes this on, the call ends with the same status.
private struct Undelivered: Error {
    let status: GRPCStatus
}

extension OxbowError {
    fileprivate init(undelivered status: GRPCStatus) {
        let kind = Kind.allCases.first { $0.codes.grpc == status.code.rawValue } ?? .cancelled
        self.init(kind, "answer: not delivered (\(status.message))", origin: Undelivered(status: status))
    }
}
