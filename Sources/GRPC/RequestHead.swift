/// A request's headers, checked.
///
/// nghttp2's own checks are off, because they refuse the bare socket paths that kubelets send as `:authority`; so all
/// that HTTP/2 (RFC 9113, sections 8.2 and 8.3) and gRPC ask of a request is checked here.
struct RequestHead: Equatable {
    var call: CallHead
    /// `grpc-encoding`; "identity" when absent.
    var encoding = "identity"

    enum Fault: Error, Equatable {
        /// Against HTTP/2: the stream is reset with PROTOCOL_ERROR.
        case malformed(String)
        /// Good HTTP/2 that we do not serve: answered with this HTTP status and gRPC status.
        case refused(http: Int, GRPCStatus)
    }

    static func read(_ fields: [HeaderField]) throws(Fault) -> RequestHead {
        var pseudo: [String: String] = [:]
        var contentType = ""
        var timeout: String?
        var encoding = "identity"
        var regular = false
        for field in fields {
            if field.name.utf8.first == UInt8(ascii: ":") {
                guard !regular else { throw .malformed("pseudo-header after a header (\(field.name))") }
                guard [":method", ":scheme", ":path", ":authority"].contains(field.name) else {
                    throw .malformed("unknown pseudo-header (\(field.name))")
                }
                guard pseudo.updateValue(field.value, forKey: field.name) == nil else {
                    throw .malformed("pseudo-header twice (\(field.name))")
                }
                continue
            }
            regular = true
            try checkRegular(field)
            switch field.name {
            case "content-type": contentType = field.value
            case "grpc-timeout": timeout = field.value
            case "grpc-encoding": encoding = field.value
            default: break
            }
        }
        guard let method = pseudo[":method"], let path = pseudo[":path"], pseudo[":scheme"] != nil else {
            throw .malformed("pseudo-header missing (:method, :scheme, :path)")
        }
        guard method == "POST" else {
            throw .refused(http: 405, GRPCStatus(.internal, "method: not POST (\(method))"))
        }
        guard isGRPC(contentType) else {
            throw .refused(http: 415, GRPCStatus(.invalidArgument, "content-type: not gRPC (\(contentType))"))
        }
        guard path.utf8.first == UInt8(ascii: "/") else {
            throw .refused(http: 200, GRPCStatus(.unimplemented, "path: not /service/method (\(path))"))
        }
        var call = CallHead(path: path, authority: pseudo[":authority"] ?? "")
        if let timeout {
            guard let parsed = CallTimeout.parse(timeout) else {
                throw .refused(http: 200, GRPCStatus(.internal, "grpc-timeout: malformed (\(timeout))"))
            }
            call.timeout = parsed
        }
        return RequestHead(call: call, encoding: encoding)
    }

    private static let connectionSpecific: Set<String> = [
        "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade",
    ]

    private static func checkRegular(_ field: HeaderField) throws(Fault) {
        guard !field.name.isEmpty, field.name.utf8.allSatisfy(isTokenByte) else {
            throw .malformed("header name (\(field.name))")
        }
        guard !connectionSpecific.contains(field.name) else { throw .malformed("connection header (\(field.name))") }
        guard field.name != "te" || field.value == "trailers" else { throw .malformed("te (\(field.value))") }
        guard field.value.utf8.allSatisfy({ $0 != 0 && $0 != 10 && $0 != 13 }) else {
            throw .malformed("header value (\(field.name))")
        }
    }

    /// RFC 9110's token, without upper case.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    private static func isGRPC(_ contentType: String) -> Bool {
        let type = contentType.prefix { $0 != ";" && $0 != " " }.lowercased()
        return type == "application/grpc" || type == "application/grpc+proto"
    }
}
