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
        var pseudo = PseudoHeaders()
        var contentType = ""
        var timeout: String?
        var encoding = "identity"
        var isRegular = false
        for field in fields {
            if field.name.utf8.first == UInt8(ascii: ":") {
                guard !isRegular else { throw .malformed("pseudo-header after a header (\(field.name))") }
                try pseudo.take(field)
                continue
            }
            isRegular = true
            try checkRegular(field)
            switch field.name {
            case "content-type": contentType = field.value
            case "grpc-timeout": timeout = field.value
            case "grpc-encoding": encoding = field.value
            default: break
            }
        }
        guard let method = pseudo.method, let path = pseudo.path, pseudo.scheme != nil else {
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
        var call = CallHead(path: path, authority: pseudo.authority ?? "")
        if let timeout {
            guard let parsed = CallTimeout.parse(timeout) else {
                throw .refused(http: 200, GRPCStatus(.internal, "grpc-timeout: malformed (\(timeout))"))
            }
            call.timeout = parsed
        }
        return RequestHead(call: call, encoding: encoding)
    }

    private struct PseudoHeaders {
        var method: String?
        var scheme: String?
        var path: String?
        var authority: String?

        mutating func take(_ field: HeaderField) throws(Fault) {
            let before: String?
            switch field.name {
            case ":method": (before, method) = (method, field.value)
            case ":scheme": (before, scheme) = (scheme, field.value)
            case ":path": (before, path) = (path, field.value)
            case ":authority": (before, authority) = (authority, field.value)
            default: throw .malformed("unknown pseudo-header (\(field.name))")
            }
            guard before == nil else { throw .malformed("pseudo-header twice (\(field.name))") }
        }
    }

    private static func checkRegular(_ field: HeaderField) throws(Fault) {
        guard !field.name.isEmpty, field.name.utf8.allSatisfy(isTokenByte) else {
            throw .malformed("header name (\(field.name))")
        }
        switch field.name {
        case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade":
            throw .malformed("connection header (\(field.name))")
        case "te" where field.value != "trailers": throw .malformed("te (\(field.value))")
        default: break
        }
        guard field.value.utf8.allSatisfy({ $0 != 0 && $0 != 10 && $0 != 13 }) else {
            throw .malformed("header value (\(field.name))")
        }
    }

    /// RFC 9110's token, without upper case.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    private static func isGRPC(_ contentType: String) -> Bool {
        if contentType == "application/grpc" { return true }
        let type = contentType.prefix { $0 != ";" && $0 != " " }.lowercased()
        return type == "application/grpc" || type == "application/grpc+proto"
    }
}
