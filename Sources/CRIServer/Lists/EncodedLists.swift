package import CRI
package import Faults
package import NIOCore

/// A runtime that keeps its lists in their wire form: kubelets ask for these two every second.
package protocol EncodedLists: CRIRuntime {
    /// A `ListContainersResponse`.
    func encodedContainers(_ request: ListContainersRequest) async throws(OxbowError) -> ByteBuffer
    /// A `ListPodSandboxResponse`.
    func encodedSandboxes(_ request: ListPodSandboxRequest) async throws(OxbowError) -> ByteBuffer
}

extension Route {
    /// Before the generated routes; those serve a runtime that does not keep encoded lists.
    static let ofEncodedLists: [String: Route] = [
        "RuntimeService/ListContainers": encoded("RuntimeService/ListContainers", ListContainersRequest.self) {
            runtime, request async throws(OxbowError) in try await runtime.encodedContainers(request)
        },
        "RuntimeService/ListPodSandbox": encoded("RuntimeService/ListPodSandbox", ListPodSandboxRequest.self) {
            runtime, request async throws(OxbowError) in try await runtime.encodedSandboxes(request)
        },
    ]

    private static func encoded<Request: CRIMessage>(
        _ name: String, _ request: Request.Type,
        _ call: @escaping @Sendable (any EncodedLists, Request) async throws(OxbowError) -> ByteBuffer
    ) -> Route {
        Route { runtime, bytes, context, send async throws(OxbowError) in
            guard let lists = runtime as? any EncodedLists else {
                // Both tables hold the names above; a test calls each.
                guard let plain = all[name] else { throw OxbowError(.unsupported, "call: not served (\(name))") }
                return try await plain.run(runtime, bytes, context, send)
            }
            try await send(try await call(lists, try Request(decoding: bytes)))
        }
    }
}
