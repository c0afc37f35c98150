import CRI
import Faults
import NIOCore

/// How one RPC gets from wire bytes to the runtime and back. `Generated/Routes.swift` has one for each.
struct Route: Sendable {
    typealias Send<Message> = @Sendable (Message) async throws(OxbowError) -> Void

    /// Decodes the request, checks its required fields, calls the runtime and sends the encoded answer or answers.
    let run:
        @Sendable (any CRIRuntime, ByteBuffer, CallContext, @escaping Send<ByteBuffer>) async throws(OxbowError) -> Void

    static func unary<Request: CRIMessage, Response: CRIMessage>(
        _ request: Request.Type,
        _ call: @escaping @Sendable (any CRIRuntime, Request, CallContext) async throws(OxbowError) -> Response
    ) -> Route {
        Route { runtime, bytes, context, send async throws(OxbowError) in
            let request = try Request(decoding: bytes)
            try RequiredFields.check(request)
            try await send(try await call(runtime, request, context).encoded())
        }
    }

    static func stream<Request: CRIMessage, Response: CRIMessage>(
        _ request: Request.Type,
        _ call:
            @escaping @Sendable (any CRIRuntime, Request, CallContext, Send<Response>) async throws(OxbowError) -> Void
    ) -> Route {
        Route { runtime, bytes, context, send async throws(OxbowError) in
            let request = try Request(decoding: bytes)
            try RequiredFields.check(request)
            try await call(runtime, request, context) { response async throws(OxbowError) in
                try await send(response.encoded())
            }
        }
    }
}

extension Route {
    /// A route under one of the API names.
    struct Entry: Sendable {
        let route: Route
        let api: APIVersion
        let method: String
    }

    /// By `/runtime.v1.RuntimeService/Version`.
    static let byPath: [String: Entry] = {
        var entries: [String: Entry] = [:]
        for call in CRISchema.calls {
            // Both tables come from one schema, and a test compares them: no call is without a route.
            guard let route = ofEncodedLists[call.name] ?? all[call.name] else { continue }
            for api in APIVersion.allCases where api == .v1 || call.inV1alpha2 {
                entries["/\(api.rawValue).\(call.name)"] = Entry(route: route, api: api, method: call.method)
            }
        }
        return entries
    }()

    /// `runtime.v1.RuntimeService` …
    static let services = Set(byPath.keys.compactMap { $0.dropFirst().split(separator: "/").first.map(String.init) })
}
