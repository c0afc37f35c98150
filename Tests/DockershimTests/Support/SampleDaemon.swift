import CRI
import DockerAPI
import Synchronization

@testable import Dockershim

/// Answers of a daemon that has one running sandbox `s1` and one running container `c1` in it.
enum Sample {
    static let pauseName = "/k8s_POD_web_default_u1_0"
    static let containerName = "/k8s_app_web_default_u1_3"
    static let imageID = "sha256:" + String(repeating: "ab", count: 32)

    static func inspect(
        _ id: String, running: Bool = true, _ change: (inout ContainerInspect) -> Void = { _ in }
    ) -> ContainerInspect {
        var inspect = ContainerInspect()
        inspect.id = id
        inspect.name = id.hasPrefix("s") ? pauseName : containerName
        inspect.created = "2026-11-24T04:20:29Z"
        inspect.image = imageID
        inspect.state.running = running
        inspect.state.pid = running ? 42 : 0
        inspect.state.startedAt = "2026-11-24T04:20:30Z"
        inspect.state.finishedAt = running ? "0001-01-01T00:00:00Z" : "2026-11-24T04:20:31Z"
        inspect.hostConfig.networkMode = "none"
        inspect.config.image = "busybox"
        inspect.config.labels =
            id.hasPrefix("s")
            ? ["io.kubernetes.docker.type": "podsandbox"]
            : ["io.kubernetes.docker.type": "container", "io.kubernetes.sandbox.id": "s1"]
        change(&inspect)
        return inspect
    }

    static func image(_ change: (inout ImageInspect) -> Void = { _ in }) -> ImageInspect {
        var image = ImageInspect()
        image.id = imageID
        image.repoTags = ["localhost/pause:1"]
        image.repoDigests = []
        image.size = 10
        image.virtualSize = 20
        image.config = DockerAPI.ContainerConfig()
        change(&image)
        return image
    }

    static func summary(_ id: String) -> ContainerSummary {
        var summary = ContainerSummary()
        summary.id = id
        summary.names = [id.hasPrefix("s") ? pauseName : containerName]
        summary.image = "busybox"
        summary.imageID = imageID
        summary.created = 1_795_494_029
        summary.state = "running"
        summary.status = "Up 3 seconds"
        summary.labels = inspect(id).config.labels
        summary.sizeRw = 7
        return summary
    }

    static var info: DaemonInfo {
        var info = DaemonInfo()
        info.cgroupDriver = "cgroupfs"
        info.dockerRootDir = "/d"
        info.runtimes = ["crun": DaemonInfo.RuntimePath(), "runc": DaemonInfo.RuntimePath()]
        return info
    }

    /// Answers everything with success.
    static func answer(_ request: DockerRequest) -> DockerAnswer {
        let parts = request.path.split(separator: "/").dropFirst().map(String.init)
        switch (request.method, parts.first ?? "", parts.last ?? "") {
        case ("GET", "version", _):
            var version = DaemonVersion()
            version.version = "20.10.24"
            version.apiVersion = "1.41"
            return .json(version)
        case ("GET", "info", _): return .json(info)
        case ("GET", "images", "json") where parts.count > 2: return .json(image())
        case ("POST", "containers", "create"): return .text("{\"Id\":\"s1\",\"Warnings\":[]}", status: 201)
        case ("GET", "containers", "json") where parts.count == 2: return .json([summary("c1")])
        case ("GET", "containers", "json"):
            return .json(inspect(parts[1]) { if !request.query.isEmpty { $0.sizeRw = 7 } })
        case ("GET", "containers", "stats"):
            return .text(
                """
                {"cpu_stats":{"cpu_usage":{"total_usage":5}},
                 "memory_stats":{"usage":100,"stats":{"total_inactive_file":30,"total_rss":9,"total_pgfault":2}}}
                """)
        case ("POST", "containers", "exec"): return .text("{\"Id\":\"e1\"}", status: 201)
        case ("POST", "exec", _): return DockerAnswer(status: 200)
        case ("GET", "exec", _): return .text("{\"ID\":\"e1\",\"Running\":false,\"ExitCode\":3,\"Pid\":77}")
        default: return .done
        }
    }

    static let pod = PodSandboxConfig(
        metadata: PodSandboxMetadata(name: "web", uid: "u1", namespace: "default"), hostname: "web",
        portMappings: [CRI.PortMapping(containerPort: 80, hostPort: 8080)],
        linux: LinuxPodSandboxConfig(cgroupParent: "/pods/u1"))
}
