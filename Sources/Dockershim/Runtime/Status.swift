package import CRI
package import CRIServer
import DockerAPI
package import Faults
import Logging

extension Dockershim {
    /// Whether the daemon answers and the pod network is configured; a failure is a condition, not an error.
    package func status(
        _ request: StatusRequest, _ context: CallContext
    ) async throws(OxbowError) -> StatusResponse {
        try await serve(context) {
            let conditions = [await runtimeCondition(), await networkCondition()]
            var answer = StatusResponse(status: RuntimeStatus(conditions: conditions))
            guard !era.answersOnlyWhat120Knew else { return answer }
            if request.verbose {
                let shown = ["sandboxImage": configuration.pauseImage]
                answer.info["config"] = try DockerJSON.text(shown)
            }
            if conditions[0].status { answer.runtimeHandlers = await handlers() }
            answer.features = RuntimeFeatures(supplementalGroupsPolicy: true)
            return answer
        }
    }

    private func runtimeCondition() async -> RuntimeCondition {
        do throws(DockerFailure) {
            if era.asksDaemonEveryTime {
                _ = try await docker.version()
            } else {
                try await docker.ping()
            }
            return RuntimeCondition(type: "RuntimeReady", status: true)
        } catch {
            return RuntimeCondition(
                type: "RuntimeReady", status: false, reason: "DockerDaemonNotReady",
                message: "docker: failed to get docker version: \(error)")
        }
    }

    private func networkCondition() async -> RuntimeCondition {
        guard let problem = await network?.problem() else {
            return RuntimeCondition(type: "NetworkReady", status: true)
        }
        return RuntimeCondition(
            type: "NetworkReady", status: false, reason: "NetworkPluginNotReady",
            message: "docker: network plugin is not ready: \(problem)")
    }

    /// One for each of Docker's runtimes by name, and the default one with an empty name. Features are those that the daemon
    /// itself tells of; older daemons tell of none. A daemon
    /// that answers a ping and no more has none: the conditions are then still told.
    private func handlers() async -> [RuntimeHandler] {
        do throws(DockerFailure) {
            let info = try await rememberedInfo()
            let runtimes = info.runtimes ?? [:]
            return ([""] + runtimes.keys.sorted()).map { name in
                let status = runtimes[name.isEmpty ? info.defaultRuntime : name]?.status
                return RuntimeHandler(name: name, features: RuntimeHandlerFeatures(docker: status))
            }
        } catch {
            log.warning("docker does not tell its runtimes", metadata: ["error": "\(error)"])
            return []
        }
    }
}

extension RuntimeHandlerFeatures {
    /// From the OCI features document in a runtime's `status`.
    fileprivate init(docker status: [String: String]?) {
        let text = status?[DaemonInfo.RuntimePath.featuresKey] ?? "{}"
        // A document that cannot be read claims nothing.
        let options = (try? JSONValue(parsing: Array(text.utf8)))?["mountOptions"]?.array ?? []
        self.init(recursiveReadOnlyMounts: options.contains { $0.string == "rro" })
    }
}
