import DockerAPI
import Faults
import HTTPServer
import NIOHTTP1

extension Engine {
    typealias Route = @Sendable (Call) async throws -> ServerResponse

    /// The table of contents of the API.
    static func routes(of engine: Engine) -> Router {
        var router = Router()
        func on(_ method: HTTPMethod, _ pattern: String, _ route: @escaping Route) {
            router.on(method, pattern) { request in
                // The gate let the version in, so it can be read.
                let version = APIVersion(request.parameters["version"] ?? "") ?? EngineAPI.maximum
                return try await route(Call(request: request, version: version))
            }
        }

        on(.GET, "/_ping", engine.ping)
        on(.HEAD, "/_ping", engine.ping)
        on(.GET, "/version", engine.version)
        on(.GET, "/info", engine.info)
        on(.GET, "/events", engine.watchEvents)
        on(.GET, "/system/df", engine.diskUsage)
        on(.POST, "/auth", engine.checkLogin)

        on(.GET, "/images/json", engine.listImages)
        on(.POST, "/images/create", engine.createImage)
        on(.POST, "/images/load", engine.loadImages)
        on(.GET, "/images/{name:.*}/json", engine.inspectImage)
        on(.GET, "/images/{name:.*}/history", engine.imageHistory)
        on(.POST, "/images/{name:.*}/tag", engine.tagImage)
        on(.DELETE, "/images/{name:.*}", engine.deleteImage)

        on(.POST, "/containers/create", engine.createContainer)
        on(.GET, "/containers/json", engine.listContainers)
        on(.POST, "/containers/prune", engine.pruneContainers)
        on(.GET, "/containers/{id}/json", engine.inspectContainer)
        on(.POST, "/containers/{id}/start", engine.startContainer)
        on(.POST, "/containers/{id}/stop", engine.stopContainer)
        on(.POST, "/containers/{id}/restart", engine.restartContainer)
        on(.POST, "/containers/{id}/kill", engine.killContainer)
        on(.POST, "/containers/{id}/wait", engine.waitForContainer)
        on(.POST, "/containers/{id}/rename", engine.renameContainer)
        on(.POST, "/containers/{id}/update", engine.updateContainer)
        on(.DELETE, "/containers/{id}", engine.removeContainer)
        on(.GET, "/containers/{id}/logs", engine.containerLogs)
        on(.POST, "/containers/{id}/attach", engine.attachToContainer)
        on(.POST, "/containers/{id}/resize", engine.resizeContainer)
        on(.GET, "/containers/{id}/stats", engine.containerStats)
        on(.GET, "/containers/{id}/archive", engine.copyFromContainer)
        on(.HEAD, "/containers/{id}/archive", engine.copyFromContainer)
        on(.GET, "/containers/{id}/top", engine.containerProcesses)

        on(.POST, "/containers/{id}/exec", engine.createExec)
        on(.POST, "/exec/{id}/start", engine.startExec)
        on(.POST, "/exec/{id}/resize", engine.resizeExec)
        on(.GET, "/exec/{id}/json", engine.inspectExec)

        for (method, pattern) in UnservedEndpoints.swarm {
            on(method, pattern) { _ in throw Refusal(.serviceUnavailable, UnservedEndpoints.swarmless) }
        }
        for (method, pattern) in UnservedEndpoints.others {
            on(method, pattern) { _ in
                throw OxbowError(.unsupported, "endpoint: not supported by this engine (\(method) \(pattern))")
            }
        }
        return router
    }
}
