import Comparison
import Core
import Glibc
import Linux
import TestSupport

/// How a stage's daemons are started.
extension Stage {
    /// Safe in paths and cgroup names.
    var folderName: String {
        switch self {
        case .criPlugin: "cri-plugin"
        case .dockershim: "dockershim"
        case .dockershim120: "dockershim-120"
        case .dockerd: "dockerd"
        case .containerd: "containerd"
        }
    }

    /// - Parameter folder: the stage's own, made here for what a peer reads at its start.
    func definition(_ network: StageNetwork, in folder: String) async throws -> StageDefinition {
        let program = Files.parent(of: try Files.link(at: "/proc/self/exe")) + "/oxbow"
        let level = getenv("OXBOW_TEST_LOG").map { String(cString: $0) } ?? "warning"
        let images = ["--registry-certs", registryCertificates(in: folder)]
        switch self {
        case .criPlugin:
            return .criPlugin(program: program, logLevel: level, network: network.options, images: images)
        case .dockershim:
            return .dockershim(program: program, logLevel: level, network: network.options, images: images)
        case .dockershim120:
            return .dockershim(
                program: program, era: "1.20", logLevel: level, network: network.options, images: images)
        case .dockerd:
            try await blocking { try DockerdFiles.write(in: folder) }
            var stage = StageDefinition.dockershim(program: program, logLevel: level, network: network.options)
            stage.daemons[0] = DockerdPeer.daemon
            return stage
        case .containerd:
            try await blocking { try ContainerdPeer.write(network, in: folder) }
            return ContainerdPeer.stage
        }
    }

    /// Where the stage looks for certificates of registries. dockerd knows one place only.
    func registryCertificates(in folder: String) -> String {
        self == .dockerd ? "/etc/docker/certs.d" : folder + "/registry-certs"
    }

    /// Gives a peer the images that our own daemons make themselves.
    func prepare(in folder: String) async throws {
        guard !Self.ours.contains(self) else { return }
        let archive = folder + "/images.tar"
        try await BuiltinImages.writeArchive(to: archive)
        switch self {
        case .dockerd: try await DockerdPeer.load(archive, in: folder)
        case .containerd: try await ContainerdPeer.load(archive, in: folder)
        default: break
        }
    }
}
