/// One RPC of the CRI.
package struct CRICall: Sendable {
    package enum Kind: Sendable { case unary, serverStream }
    /// `RuntimeService` or `ImageService`.
    package let service: String
    package let method: String
    package let request: any CRIMessage.Type
    package let response: any CRIMessage.Type
    package let kind: Kind
    /// Whether `runtime.v1alpha2` had it before it ended with Kubernetes 1.25.
    package let inV1alpha2: Bool

    /// `RuntimeService/RunPodSandbox`.
    package var name: String { "\(service)/\(method)" }
}

/// What the schema says, for code that handles any message or call.
package enum CRISchema {
    /// - Parameter name: `RuntimeService/RunPodSandbox`, as traces write it.
    package static func call(_ name: String) -> CRICall? { byName[name] }

    /// - Parameter name: as in the schema, without the package: `RunPodSandboxRequest`.
    package static func message(_ name: String) -> (any CRIMessage.Type)? { messageByName[name] }

    package static var messageNames: [String] { messages.map { $0.name } }

    private static let byName = Dictionary(uniqueKeysWithValues: calls.map { ($0.name, $0) })
    static let messageByName = Dictionary(
        uniqueKeysWithValues: messages.map { ($0.name, $0 as any Coded.Type) })
}
