import Comparison
import HTTPClient
import Linux
import Testing

/// A real dockerd in place of our engine.
enum DockerdPeer {
    static let daemon = StageDefinition.Daemon(
        name: "dockerd", program: "dockerd",
        arguments: [
            "--data-root", "{folder}/data", "--exec-root", "{folder}/exec", "--host", "unix://{folder}/docker.sock",
            "--pidfile", "{folder}/pid", "--config-file", "{folder}/daemon.json", "--bridge=none", "--iptables=false",
            "--ip-masq=false", "--add-runtime", "crun={folder}/crun", "--default-runtime", "crun",
        ], socket: "{folder}/docker.sock")

    static func write(in folder: String) throws {
        try Files.makeFolders(folder)
        try Files.write(folder + "/daemon.json", Array("{}".utf8))
        // crun, but for one wish of the bridge that a host without CAP_SYS_RESOURCE cannot grant: a pause process that the
        // kernel spares (`oom_score_adj` -998).
        let script = """
            #!/bin/sh
            next=
            for argument; do
                [ "$next" ] && sed -i 's/"oomScoreAdj":-[0-9]*/"oomScoreAdj":\(try DaemonRights.read().lowestOOMScore)/' \
                    "$argument/config.json"
                next=; [ "$argument" = --bundle ] && next=yes
            done
            exec /usr/bin/crun "$@"
            """
        try Files.write(folder + "/crun", Array(script.utf8), mode: 0o755)
    }

    static func load(_ archive: String, in folder: String) async throws {
        let client = HTTPClient(.unixSocket(path: folder + "/docker.sock"))
        let answer = try await client.send(
            HTTPRequest(
                "POST", "/images/load", headers: [("Content-Type", "application/x-tar")], body: .file(path: archive)))
        try #require(answer.head.status == 200, "\(String(buffer: answer.body))")
    }
}
