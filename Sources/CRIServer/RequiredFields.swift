import CRI
import Faults

/// The fields without which a request has no meaning, checked before a runtime sees it.
///
/// They are those on which the kubelet and containerd rely. Requests that are not named here are complete when empty.
/// `CheckpointPod` and `RestorePod` are not either: a client that asks whether they exist sends nothing in them.
enum RequiredFields {
    /// - Throws: `.badRequest` naming the first absent field by its path in the proto's spelling.
    static func check(_ request: some CRIMessage) throws(OxbowError) {
        if let request = request as? any Checked { try request.check() }
    }

    fileprivate static func text(_ value: String, _ field: String) throws(OxbowError) {
        guard !value.isEmpty else { throw OxbowError(.badRequest, "\(field): required") }
    }

    fileprivate static func message<M: CRIMessage>(_ value: M?, _ field: String) throws(OxbowError) -> M {
        guard let value else { throw OxbowError(.badRequest, "\(field): required") }
        return value
    }

    fileprivate static func image(_ value: ImageSpec?, _ field: String) throws(OxbowError) {
        try text(message(value, field).image, "\(field).image")
    }

    fileprivate static func command(_ value: [String]) throws(OxbowError) {
        guard !value.isEmpty else { throw OxbowError(.badRequest, "cmd: required") }
    }
}

private protocol Checked {
    func check() throws(OxbowError)
}

// MARK: Pods

extension RunPodSandboxRequest: Checked {
    func check() throws(OxbowError) {
        let config = try RequiredFields.message(config, "config")
        let metadata = try RequiredFields.message(config.metadata, "config.metadata")
        try RequiredFields.text(metadata.name, "config.metadata.name")
        try RequiredFields.text(metadata.namespace, "config.metadata.namespace")
        try RequiredFields.text(metadata.uid, "config.metadata.uid")
    }
}

private protocol NamesSandbox: Checked {
    var podSandboxId: String { get }
}

extension NamesSandbox {
    func check() throws(OxbowError) { try RequiredFields.text(podSandboxId, "pod_sandbox_id") }
}

extension StopPodSandboxRequest: NamesSandbox {}
extension RemovePodSandboxRequest: NamesSandbox {}
extension PodSandboxStatusRequest: NamesSandbox {}
extension PodSandboxStatsRequest: NamesSandbox {}
extension PortForwardRequest: NamesSandbox {}
extension UpdatePodSandboxResourcesRequest: NamesSandbox {}

// MARK: Containers

extension CreateContainerRequest: Checked {
    func check() throws(OxbowError) {
        try RequiredFields.text(podSandboxId, "pod_sandbox_id")
        let config = try RequiredFields.message(config, "config")
        let metadata = try RequiredFields.message(config.metadata, "config.metadata")
        try RequiredFields.text(metadata.name, "config.metadata.name")
        try RequiredFields.image(config.image, "config.image")
        let sandbox = try RequiredFields.message(sandboxConfig, "sandbox_config")
        _ = try RequiredFields.message(sandbox.metadata, "sandbox_config.metadata")
    }
}

private protocol NamesContainer: Checked {
    var containerId: String { get }
}

extension NamesContainer {
    func check() throws(OxbowError) { try RequiredFields.text(containerId, "container_id") }
}

extension StartContainerRequest: NamesContainer {}
extension StopContainerRequest: NamesContainer {}
extension RemoveContainerRequest: NamesContainer {}
extension ContainerStatusRequest: NamesContainer {}
extension ContainerStatsRequest: NamesContainer {}
extension UpdateContainerResourcesRequest: NamesContainer {}
extension ReopenContainerLogRequest: NamesContainer {}
extension AttachRequest: NamesContainer {}
extension CheckpointContainerRequest: NamesContainer {}

extension ExecSyncRequest: Checked {
    func check() throws(OxbowError) {
        try RequiredFields.text(containerId, "container_id")
        try RequiredFields.command(cmd)
    }
}

extension ExecRequest: Checked {
    func check() throws(OxbowError) {
        try RequiredFields.text(containerId, "container_id")
        try RequiredFields.command(cmd)
    }
}

// MARK: Images

extension ImageStatusRequest: Checked {
    func check() throws(OxbowError) { try RequiredFields.image(image, "image") }
}

extension PullImageRequest: Checked {
    func check() throws(OxbowError) { try RequiredFields.image(image, "image") }
}

extension RemoveImageRequest: Checked {
    func check() throws(OxbowError) { try RequiredFields.image(image, "image") }
}
