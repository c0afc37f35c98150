import Comparison
import Linux
import TestSupport
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
        let text = ContainerdFile.text(
            folder: folder, socket: folder + "/cri.sock", networks: network.configurationFolder)
        try Files.write(folder + "/config.toml", Array(text.utf8))
    }

    static func load(_ archive: String, in folder: String) async throws {
        let imported = try await Processes.shared.run(
            Command("ctr", ["-a", folder + "/cri.sock", "-n", "k8s.io", "images", "import", archive]),
            deadline: .seconds(60))
        try #require(imported.status == .exited(0), "\(String(decoding: imported.errors, as: UTF8.self))")
    }
}
