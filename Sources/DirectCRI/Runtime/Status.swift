package import CRI
package import CRIServer
package import Faults

extension DirectCRI {
    package func status(_ request: StatusRequest, _ context: CallContext) async throws(OxbowError) -> StatusResponse {
        var network = RuntimeCondition(type: "NetworkReady", status: true)
        if let problem = await core.networkProblem() {
            network = RuntimeCondition(
                type: "NetworkReady", status: false, reason: "NetworkPluginNotReady",
                message: "network plugin is not ready: \(problem)")
        }
        let facts = await core.facts()
        let handlers = [""] + facts.runtimes.keys.sorted()
        return StatusResponse(
            status: RuntimeStatus(conditions: [RuntimeCondition(type: "RuntimeReady", status: true), network]),
            info: request.verbose
                ? [
                    "sandboxImage": configuration.pauseImage, "defaultRuntime": facts.defaultRuntime,
                    "root": facts.root,
                ]
                : [:],
            runtimeHandlers: handlers.map {
                RuntimeHandler(
                    name: $0,
                    features: RuntimeHandlerFeatures(
                        recursiveReadOnlyMounts: facts.recursiveReadOnly, userNamespaces: facts.userNamespaces))
            },
            features: RuntimeFeatures(supplementalGroupsPolicy: true, mountOptions: true))
    }
}
