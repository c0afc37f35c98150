import Testing

@testable import GRPC

@Suite("A request's headers")
struct RequestHeadTests {
    static let good = [
        HeaderField(":method", "POST"), HeaderField(":scheme", "http"), HeaderField(":path", "/a.B/C"),
        HeaderField(":authority", "localhost"), HeaderField("content-type", "application/grpc"),
    ]

    static func changing(_ name: String, to value: String?) -> [HeaderField] {
        good.compactMap { field in field.name == name ? value.map { HeaderField(name, $0) } : field }
    }

    /// The fault's kind; nil: the request is good.
    static func fault(_ fields: [HeaderField]) -> RequestHead.Fault? {
        do { _ = try RequestHead.read(fields) } catch { return error }
        return nil
    }

    static func isMalformed(_ fields: [HeaderField]) -> Bool {
        if case .malformed = fault(fields) { true } else { false }
    }

    @Test("a good request gives path, authority and timeout")
    func good() throws {
        let head = try RequestHead.read(
            Self.good + [HeaderField("grpc-timeout", "5S"), HeaderField("grpc-encoding", "gzip")])
        #expect(head.call == CallHead(path: "/a.B/C", timeout: .seconds(5), authority: "localhost"))
        #expect(head.encoding == "gzip")
        #expect(try RequestHead.read(Self.good).call.timeout == nil)
    }

    @Test(
        "every authority that clients on unix sockets send is taken",
        arguments: ["", "localhost", "/run/x.sock", "%2Frun%2Fx"])
    func authorities(authority: String) throws {
        #expect(try RequestHead.read(Self.changing(":authority", to: authority)).call.authority == authority)
    }

    @Test("no authority at all is the empty one")
    func noAuthority() throws {
        #expect(try RequestHead.read(Self.changing(":authority", to: nil)).call.authority == "")
    }

    @Test("a missing pseudo-header is malformed", arguments: [":method", ":scheme", ":path"])
    func missing(name: String) {
        #expect(Self.isMalformed(Self.changing(name, to: nil)))
    }

    @Test(
        "a pseudo-header twice, unknown, or after a header is malformed",
        arguments: [":path", ":method", ":status", ":x", ":"])
    func misplaced(name: String) {
        #expect(Self.isMalformed([HeaderField(name, "POST")] + Self.good))
        #expect(Self.isMalformed(Self.good + [HeaderField(name, "POST")]))
    }

    @Test(
        "headers of HTTP/1, upper case, other te and control characters are malformed",
        arguments: [
            ("connection", "close"), ("keep-alive", "1"), ("proxy-connection", "x"), ("transfer-encoding", "chunked"),
            ("upgrade", "tcp"), ("te", "gzip"), ("X-Upper", "1"), ("with space", "1"), ("", "1"), ("a", "x\ny"),
            ("a", "x\ry"), ("a", "x\0y"),
        ])
    func forbidden(name: String, value: String) {
        #expect(Self.isMalformed(Self.good + [HeaderField(name, value)]))
    }

    @Test("te: trailers is welcome and not needed")
    func trailers() {
        #expect(Self.fault(Self.good + [HeaderField("te", "trailers")]) == nil)
        #expect(Self.fault(Self.good) == nil)
    }

    @Test("another method is HTTP 405", arguments: ["GET", "PUT", "post", ""])
    func method(method: String) {
        guard case .refused(http: 405, let status) = Self.fault(Self.changing(":method", to: method)) else {
            Issue.record("not refused")
            return
        }
        #expect(status.code == .internal)
    }

    @Test(
        "gRPC's content types are served",
        arguments: [
            "application/grpc", "application/grpc+proto", "application/grpc; charset=utf-8", "Application/gRPC",
        ])
    func contentTypes(type: String) {
        #expect(Self.fault(Self.changing("content-type", to: type)) == nil)
    }

    @Test(
        "any other content type is HTTP 415",
        arguments: [nil, "", "application/json", "application/grpc+json", "application/grpcx", "application/grpc-web"])
    func otherContentTypes(type: String?) {
        guard case .refused(http: 415, _) = Self.fault(Self.changing("content-type", to: type)) else {
            Issue.record("not refused")
            return
        }
    }

    @Test("a malformed timeout is INTERNAL, a path that is none UNIMPLEMENTED")
    func statuses() {
        let timeout = Self.fault(Self.good + [HeaderField("grpc-timeout", "soon")])
        #expect(timeout == .refused(http: 200, GRPCStatus(.internal, "grpc-timeout: malformed (soon)")))
        let path = Self.fault(Self.changing(":path", to: "a.B/C"))
        #expect(path == .refused(http: 200, GRPCStatus(.unimplemented, "path: not /service/method (a.B/C)")))
    }
}
