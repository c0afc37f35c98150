import Core
import DockerAPI
import HTTPServer

extension Engine {
    /// `GET /version`: docker-py and the kubelet's shims choose their API level from it.
    @Sendable func version(_ call: Call) async throws -> ServerResponse {
        let facts = await core.facts()
        let host = try await HostFacts.read()
        var answer = DaemonVersion()
        answer.platform.name = configuration.name
        answer.version = configuration.version
        answer.apiVersion = "\(EngineAPI.maximum)"
        answer.minAPIVersion = "\(EngineAPI.minimum)"
        answer.os = "linux"
        answer.arch = HostFacts.goArchitecture
        answer.kernelVersion = host.kernel
        answer.components =
            [
                .init(
                    name: "Engine", version: configuration.version,
                    details: [
                        "ApiVersion": "\(EngineAPI.maximum)", "MinAPIVersion": "\(EngineAPI.minimum)",
                        "Arch": HostFacts.goArchitecture, "Os": "linux", "Experimental": "false",
                        "KernelVersion": host.kernel,
                    ])
            ]
            + facts.runtimeVersions.sorted { $0.key < $1.key }.map { .init(name: $0.key, version: $0.value) }
        if !facts.monitorVersion.isEmpty {
            answer.components?.append(.init(name: "conmon", version: facts.monitorVersion))
        }
        return try Answer.json(answer)
    }
}
