import CNI
import Core
import DockerAPI
import Faults
import HTTPServer
import Linux
import NIOHTTP1
import OCI

extension Engine {
    /// Tries for a random name that is not taken.
    private static let nameAttempts = 32

    /// `POST /containers/create`
    @Sendable func createContainer(_ call: Call) async throws -> ServerResponse {
        guard let request = try await call.body(ContainerCreateRequest.self) else {
            throw OxbowError(.badRequest, "Config cannot be empty in order to create a container")
        }
        let wanted = call.text("name") ?? ""
        let name = wanted.isEmpty ? "" : try ContainerIdentity.name(checking: wanted)
        let containers = await core.containers()
        if let holder = containers.first(where: { !name.isEmpty && $0.spec.name == name }) {
            throw Self.nameConflict(name, holder: holder.id)
        }
        guard !request.config.image.isEmpty else { throw OxbowError(.badRequest, "No image specified") }
        let image = try await image(request.config.image)

        var plan = CreatePlan(
            id: ContainerIdentity.id(), name: name.isEmpty ? Self.freeName(containers) : name, request: request,
            image: image, version: call.version, host: try await hostTraits(), containers: containers,
            document: documents.document, publishing: Self.publishing(beside: containers), exists: { _ in true },
            initProgram: configuration.initProgram)
        let existing = try await Self.existing(among: (request.hostConfig?.mounts ?? []).map(\.source))
        plan.exists = { existing.contains($0) }
        for mount in request.hostConfig?.mounts ?? [] where mount.type == "image" {
            if let image = try await core.image(mount.source) { plan.mountImages[mount.source] = image.id }
        }
        let made = try plan.make()
        let record = try await create(made.spec)
        return try Answer.json(
            ContainerCreateResponse(id: record.id, warnings: made.warnings), status: .created)
    }

    /// The core reserves the name; whoever was faster is named in the refusal.
    private func create(_ spec: ContainerSpec) async throws -> ContainerRecord {
        do {
            return try await core.create(spec)
        } catch {
            guard error.kind == .taken, let holder = await core.containers().first(where: { $0.spec.name == spec.name })
            else { throw error }
            throw Self.nameConflict(spec.name, holder: holder.id)
        }
    }

    private static func freeName(_ containers: [ContainerRecord]) -> String {
        let taken = Set(containers.map(\.spec.name))
        for attempt in 0..<nameAttempts {
            let name = ContainerIdentity.randomName(attempt: attempt)
            if !taken.contains(name) { return name }
        }
        return "\(ContainerIdentity.randomName())_\(ContainerIdentity.id().prefix(8))"
    }

    private static func publishing(beside containers: [ContainerRecord]) -> PortPublishing {
        PortPublishing(
            probe: probe,
            taken: Set(
                containers.flatMap(PortClaims.mappings).map {
                    .init(transport: $0.transport, hostPort: $0.hostPort)
                }))
    }

    /// Binds the port for a moment; that waits for nothing, so it needs no thread of its own.
    static func probe(_ transport: PortMapping.TransportProtocol, _ port: UInt16) throws(OxbowError) -> UInt16? {
        let kind: HostPort.TransportProtocol =
            switch transport {
            case .tcp: .tcp
            case .udp: .udp
            case .sctp: .sctp
            }
        do { return try HostPort.probe(kind, port: port) } catch {
            throw OxbowError(.ours, "port \(port): cannot be probed", origin: error)
        }
    }

    private static func existing(among paths: [String]) async throws -> Set<String> {
        guard !paths.isEmpty else { return [] }
        return try await blocking { Set(paths.filter(Files.exists)) }
    }

    private func hostTraits() async throws -> HostTraits {
        let facts = await core.facts()
        return try await blocking { [configuration] in
            HostTraits(
                hostname: HostFacts.text("/proc/sys/kernel/hostname"),
                cpus: CPUTime(statistics: HostFacts.text("/proc/stat"))?.cpus ?? 1,
                cgroupVersion: facts.cgroupVersion,
                hasAppArmor: HostFacts.text("/sys/module/apparmor/parameters/enabled") == "Y",
                hasSELinux: Files.exists("/sys/fs/selinux/enforce"), runtimes: facts.runtimes,
                defaultRuntime: facts.defaultRuntime, resolvConf: HostFacts.text(configuration.resolvConf),
                hasInit: Files.exists(configuration.initProgram))
        }
    }
}
