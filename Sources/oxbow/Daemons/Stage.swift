import ArgumentParser

/// A stage of the history: which daemons it has, and how they are told to find each other.
enum Stage: String, CaseIterable, ExpressibleByArgument, Sendable {
    case dockershim
    case criPlugin = "cri-plugin"

    /// Where a stage's daemons meet their clients, and where they keep what they know.
    struct Places: Sendable {
        var criSocket: String
        var dockerSocket: String
        var root: String
    }

    /// One daemon: this program with these arguments, ready when it serves `socket`.
    struct Daemon: Sendable {
        var name: String
        var arguments: [String]
        var socket: String
    }

    /// In the order in which they must start.
    func daemons(at places: Places) -> [Daemon] {
        switch self {
        case .dockershim:
            [
                Daemon(
                    name: "engine",
                    arguments: ["engine", "--socket", places.dockerSocket, "--root", places.root + "/engine"],
                    socket: places.dockerSocket),
                Daemon(
                    name: "shim",
                    arguments: [
                        "shim", "--docker", places.dockerSocket, "--socket", places.criSocket, "--root",
                        places.root + "/shim",
                    ], socket: places.criSocket),
            ]
        case .criPlugin:
            [
                Daemon(
                    name: "cri", arguments: ["cri", "--socket", places.criSocket, "--root", places.root + "/cri"],
                    socket: places.criSocket)
            ]
        }
    }
}
