import struct CNI.NetworkResult
import CRI
import Core
import Faults
import Linux

/// What a verbose status tells of a sandbox: one JSON document under `info`, with containerd's member names, which crictl
/// and scripts over it look for.
struct SandboxDetails {
    private let sandbox: Sandbox
    private let core: any ContainerCore

    init(_ sandbox: Sandbox, core: any ContainerCore) {
        self.sandbox = sandbox
        self.core = core
    }

    var info: [String: String] {
        get async throws(OxbowError) {
            let record = sandbox.record
            var members: [JSONValue.Member] = [
                .init("pid", .number("\(record.pid)")),
                .init("processStatus", .string(record.state.rawValue)),
                .init("netNamespaceClosed", .bool(usesPodNetwork && record.networkNamespace.isEmpty)),
                .init("image", .string(record.spec.imageName)),
                .init("runtimeHandler", .string(sandbox.document.runtimeHandler)),
                .init("runtimeType", .string(record.runtime)),
                .init("cgroupPath", .string(record.cgroupPath)),
                .init("config", try config),
            ]
            if let network = record.network { members.append(.init("cniResult", cniResult(network))) }
            // Absent for a sandbox that never ran.
            if let text = try await core.runtimeDocument(record.id), let document = try? JSONValue(parsing: text) {
                members.append(.init("runtimeSpec", document))
            }
            return ["info": JSONValue.object(members).text]
        }
    }

    private var usesPodNetwork: Bool {
        if case .pod = sandbox.record.spec.network { true } else { false }
    }

    /// As the client sent it: the document keeps apart what every answer needs.
    private var config: JSONValue {
        get throws(OxbowError) {
            let head = PodSandboxConfig(
                metadata: sandbox.metadata, labels: sandbox.document.labels, annotations: sandbox.document.annotations)
            let value = try CRIJSON.value(of: head.encoded(), type: PodSandboxConfig.name)
            // A document of ours; one that an earlier daemon wrote may lack it.
            let rest = (try? JSONValue(parsing: sandbox.document.configuration ?? "{}"))?.members ?? []
            return .object((value.members ?? []) + rest)
        }
    }

    private func cniResult(_ network: NetworkResult) -> JSONValue {
        let addresses = network.addresses.map { address in
            JSONValue.object([
                .init("IP", .string(address)),
                .init("Gateway", .string(address == network.addresses.first ? network.gateway : "")),
            ])
        }
        let interface = JSONValue.object([
            .init("IPConfigs", .array(addresses)), .init("Mac", .string(network.macAddress)),
            .init("Sandbox", .string(sandbox.record.networkNamespace)),
        ])
        return .object([.init("Interfaces", .object([.init("eth0", interface)]))])
    }
}
