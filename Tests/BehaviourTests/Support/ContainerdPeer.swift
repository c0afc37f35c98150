import Comparison
import Linux
import Testing

/// A real containerd, with crun and the pod network of a stage.
enum ContainerdPeer {
    static let stage = StageDefinition(
        name: "containerd",
        daemons: [
            .init(
                name: "containerd", program: "containerd", arguments: ["--config", "{folder}/config.toml"],
                socket: "{folder}/cri.sock")
        ], criSocket: "{folder}/cri.sock")

    static func write(_ network: StageNetwork, in folder: String) throws {
        try Files.makeFolders(folder)
        let text = """
            version = 2
            root = "\(folder)/root"
            state = "\(folder)/state"
            [grpc]
              address = "\(folder)/cri.sock"
            [plugins."io.containerd.grpc.v1.cri"]
              sandbox_image = "localhost/pause:1"
              restrict_oom_score_adj = true
              [plugins."io.containerd.grpc.v1.cri".cni]
                bin_dir = "/usr/lib/cni"
                conf_dir = "\(network.configurationFolder)"
              [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
                runtime_type = "io.containerd.runc.v2"
                [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
                  BinaryName = "/usr/bin/crun"

            """
        try Files.write(folder + "/config.toml", Array(text.utf8))
    }

    static func load(_ archive: String, in folder: String) async throws {
        let imported = try await Processes.shared.run(
            Command("ctr", ["-a", folder + "/cri.sock", "-n", "k8s.io", "images", "import", archive]),
            deadline: .seconds(60))
        try #require(imported.status == .exited(0), "\(String(decoding: imported.errors, as: UTF8.self))")
    }
}
