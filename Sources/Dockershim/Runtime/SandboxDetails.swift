import CRI
import DockerAPI
import Faults

/// What a verbose status tells of a sandbox, under containerd's member names, as far as Docker or the checkpoint know it:
/// no REST call gives the runtime's own document.
struct SandboxDetails {
    var inspect: ContainerInspect
    var addresses: [String]
    var runtimeHandler: String
    /// `PodSandboxConfig` as JSON; nil: made by a bridge that did not keep it.
    var configuration: String?

    var info: [String: String] {
        var members: [JSONValue.Member] = [
            .init("pid", .number("\(inspect.state.pid)")),
            .init("processStatus", .string(inspect.state.status)),
            .init("image", .string(inspect.config.image)),
            .init("runtimeHandler", .string(runtimeHandler)),
            .init("runtimeType", .string(inspect.hostConfig.runtime)),
            .init("cgroupParent", .string(inspect.hostConfig.resources.cgroupParent)),
        ]
        // Our own document; a damaged checkpoint has been passed over before.
        if let configuration, let config = try? JSONValue(parsing: configuration) {
            members.append(.init("config", config))
        }
        if !addresses.isEmpty {
            let entries = addresses.map { JSONValue.object([.init("IP", .string($0))]) }
            let interface = JSONValue.object([.init("IPConfigs", .array(entries))])
            members.append(.init("cniResult", .object([.init("Interfaces", .object([.init("eth0", interface)]))])))
        }
        return ["info": JSONValue.object(members).text]
    }
}
