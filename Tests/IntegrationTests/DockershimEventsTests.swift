import CRI
import CRIServer
import Core
import Dockershim
import Faults
import Linux
import Logging
import Synchronization
import TestSupport
import Testing

/// The bridge's events over an engine that goes away and comes back, as a daemon that is restarted does.
@Suite(.enabled(if: EngineHost.problem == nil, "\(EngineHost.problem ?? "")"), .timeLimit(.minutes(3)))
struct DockershimEventsTests {
    private final class Listener: Sendable {
        let shim: Dockershim
        private let heard = Mutex<[ContainerEventResponse]>([])

        init(_ host: EngineHost) async throws {
            shim = try await Dockershim(
                dockerSocket: host.socket, network: nil,
                configuration: .init(root: host.folder.appending("shim"), pauseImage: "localhost/pause:1"),
                logger: Logger(label: "shim", factory: { _ in SwiftLogNoOpLogHandler() }))
        }

        var isDeaf: Bool { heard.withLock { $0.isEmpty } }

        func listen() async -> OxbowError? {
            do throws(OxbowError) {
                try await shim.getContainerEvents(GetEventsRequest(), CallContext(api: .v1)) { event in
                    heard.withLock { $0.append(event) }
                }
                return nil
            } catch {
                return error
            }
        }

        /// The first event of this type for a container.
        func hear(_ type: ContainerEventType, of id: String) async throws -> ContainerEventResponse {
            while true {
                let found = heard.withLock { $0.first { $0.containerId == id && $0.containerEventType == type } }
                if let found { return found }
                try await Task.sleep(for: .milliseconds(10))
            }
        }

        func types(_ id: String) -> [ContainerEventType] {
            heard.withLock { $0.filter { $0.containerId == id }.map(\.containerEventType) }
        }
    }

    @Test("a container that ends while the engine is gone is told of once the engine is back")
    func restart() async throws {
        try await TemporaryFolder.with("bridge-events") { folder in
            let host = EngineHost(folder: folder, number: SubnetNumbers.next())
            let listening = Latch<Listener>()
            let made = Latch<(pod: String, container: String)>()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    // Through both lives of the engine.
                    guard let listener = await listening.wait() else { return }
                    #expect(await listener.listen()?.kind == .cancelled)
                }
                try await host.serving {
                    let listener = try await Listener(host)
                    listening.set(listener)
                    made.set(try await Self.runPod(listener))
                }
                let (listener, ids) = (try #require(listening.value), try #require(made.value))
                // Nobody but its monitor sees the container end.
                try await Self.letGo(ids.container, in: folder)
                try await host.serving {
                    let stopped = try await listener.hear(.containerStoppedEvent, of: ids.container)
                    #expect(stopped.containersStatuses.first { $0.id == ids.container }?.exitCode == 9)
                    let request = RemovePodSandboxRequest(podSandboxId: ids.pod)
                    _ = try await listener.shim.removePodSandbox(request, CallContext(api: .v1))
                    _ = try await listener.hear(.containerDeletedEvent, of: ids.pod)
                    _ = try await listener.hear(.containerDeletedEvent, of: ids.container)
                }
                let whole: [ContainerEventType] = [
                    .containerCreatedEvent, .containerStartedEvent, .containerStoppedEvent, .containerDeletedEvent,
                ]
                #expect(listener.types(ids.container) == whole)
                #expect(listener.types(ids.pod) == whole)
                group.cancelAll()
            }
        }
    }

    /// A pod on the host's network with a container that ends, with code 9, when `/go` is there. All made while somebody
    /// listens: the first pod only shows that.
    private static func runPod(_ listener: Listener) async throws -> (pod: String, container: String) {
        let (shim, context) = (listener.shim, CallContext(api: .v1))
        func run(_ name: String) async throws -> (PodSandboxConfig, String) {
            let config = PodSandboxConfig(
                metadata: PodSandboxMetadata(name: name, uid: "uid-\(name)", namespace: "ns"),
                linux: LinuxPodSandboxConfig(
                    securityContext: LinuxSandboxSecurityContext(
                        namespaceOptions: NamespaceOption(network: .node, pid: .container))))
            let request = RunPodSandboxRequest(config: config)
            return (config, try await shim.runPodSandbox(request, context).podSandboxId)
        }
        var knocks = 0
        while listener.isDeaf {
            let (_, knock) = try await run("knock\(knocks)")
            _ = try await shim.removePodSandbox(RemovePodSandboxRequest(podSandboxId: knock), context)
            knocks += 1
        }
        let (config, pod) = try await run("web")
        let container = ContainerConfig(
            metadata: ContainerMetadata(name: "main"), image: ImageSpec(image: "localhost/busybox:trace"),
            command: ["/bin/sh", "-c", "while ! test -e /go; do sleep 0.02; done; exit 9"])
        let create = CreateContainerRequest(podSandboxId: pod, config: container, sandboxConfig: config)
        let id = try await shim.createContainer(create, context).containerId
        _ = try await shim.startContainer(StartContainerRequest(containerId: id), context)
        _ = try await listener.hear(.containerStartedEvent, of: id)
        return (pod, id)
    }

    /// Waits until the monitor has written the container's exit.
    private static func letGo(_ container: String, in folder: TemporaryFolder) async throws {
        let folders = CoreFolders(root: folder.appending("root"), run: folder.appending("run"))
        try await blocking { try Files.write(folders.merged(container) + "/go", []) }
        while try await blocking({ !Files.exists(folders.exit(container)) }) {
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
