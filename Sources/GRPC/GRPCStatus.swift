package import Faults

/// How a call ended, as gRPC says it.
package struct GRPCStatus: Error, Sendable, Equatable {
    package var code: Code
    package var message: String
    package init(_ code: Code, _ message: String = "") {
        self.code = code
        self.message = message
    }
    package enum Code: Int, Sendable, CaseIterable {
        case ok = 0, cancelled, unknown, invalidArgument, deadlineExceeded, notFound, alreadyExists, permissionDenied
        case resourceExhausted, failedPrecondition, aborted, outOfRange, unimplemented, `internal`, unavailable,
            dataLoss
        case unauthenticated
    }

    /// What a call is told whose deadline passed, on either side.
    static let deadlinePassed = GRPCStatus(.deadlineExceeded, "call: deadline exceeded")
    static let withdrawn = GRPCStatus(.cancelled, "call: cancelled by the client")
}

extension GRPCStatus {
    package init(_ error: OxbowError) {
        self.init(Code(rawValue: error.kind.codes.grpc) ?? .unknown, error.message)
    }

    static func tooLarge(_ what: String, bytes: Int, limit: Int) -> GRPCStatus {
        GRPCStatus(.resourceExhausted, "\(what): larger than \(limit) bytes (\(bytes))")
    }
}

extension GRPCStatus {
    /// What a bare HTTP answer means to a gRPC client.
    /// - Source: gRPC, "HTTP to gRPC Status Code Mapping".
    static func ofHTTP(_ status: Int) -> GRPCStatus {
        let code: Code =
            switch status {
            case 400: .internal
            case 401: .unauthenticated
            case 403: .permissionDenied
            case 404: .unimplemented
            case 429, 502, 503, 504: .unavailable
            default: .unknown
            }
        return GRPCStatus(code, "server: answered without gRPC (HTTP \(status))")
    }

    /// What the end of a stream without trailers means to a gRPC client.
    /// - Source: gRPC over HTTP/2, "Errors".
    static func ofReset(_ reason: ResetReason) -> GRPCStatus {
        let code: Code =
            switch reason {
            case .refusedStream: .unavailable
            case .cancel: .cancelled
            case .enhanceYourCalm: .resourceExhausted
            case .inadequateSecurity: .permissionDenied
            default: .internal
            }
        return GRPCStatus(code, "server: ended the call without a status (HTTP/2 error \(reason.rawValue))")
    }
}
