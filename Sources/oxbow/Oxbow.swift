import ArgumentParser

@main
struct Oxbow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "oxbow",
        abstract:
            "Runs the road from kubelet through dockershim to Docker, and the direct one, and shows the difference.",
        discussion: """
            The main job:          oxbow compare
            A stage to try:        oxbow up dockershim | cri-plugin
            A recorded kubelet:    oxbow replay Traces/kubelet-1.20.2/one-pod.jsonl --to unix:///run/oxbow/cri.sock
            """,
        version: Build.version,
        subcommands: [Compare.self, Up.self, Replay.self, EngineCommand.self, Shim.self, CRICommand.self])
}

enum Build {
    static let version = "0.1.0"
}
