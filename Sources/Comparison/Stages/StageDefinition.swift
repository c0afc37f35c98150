/// A stage that the comparison starts and ends itself: its daemons, in order of start, and where its CRI is served.
///
/// In every string `{folder}` stands for the stage's own state folder.
package struct StageDefinition: Sendable {
    package var name: String
    package var daemons: [Daemon]
    package var criSocket: String
    /// Written by a bridge at its end: the REST calls and bytes of each CRI method.
    package var restTally: String?
    /// Written by the daemon that starts containers, at its end.
    package var startBreakdown: String?

    package struct Daemon: Sendable {
        package var name: String
        package var program: String
        package var arguments: [String]
        /// There once the daemon can be talked to.
        package var socket: String
        package init(name: String, program: String, arguments: [String], socket: String) {
            self.name = name
            self.program = program
            self.arguments = arguments
            self.socket = socket
        }
    }

    package init(
        name: String, daemons: [Daemon], criSocket: String, restTally: String? = nil, startBreakdown: String? = nil
    ) {
        self.name = name
        self.daemons = daemons
        self.criSocket = criSocket
        self.restTally = restTally
        self.startBreakdown = startBreakdown
    }
}

extension StageDefinition {
    /// kubelet → shim → engine → OCI runtime.
    /// - Parameters:
    ///   - program: the `oxbow` executable; `/proc/self/exe` is ourselves.
    ///   - network: options of the daemon that brings pods onto their network.
    ///   - images: options of the daemon that pulls images.
    ///   - docker: where the engine serves its API, `cri` where the bridge serves the CRI.
    package static func dockershim(
        program: String = "/proc/self/exe", docker: String = "{folder}/docker.sock", cri: String = "{folder}/cri.sock",
        era: String = "current", logLevel: String = "warning", network: [String] = [],
        images: [String] = []
    ) -> StageDefinition {
        return StageDefinition(
            name: "dockershim",
            daemons: [
                Daemon(
                    name: "engine", program: program,
                    arguments: [
                        "engine", "--socket", "unix://\(docker)", "--root", "{folder}/engine", "--log-level", logLevel,
                        "--start-breakdown", "{folder}/start-breakdown.json",
                    ] + images, socket: docker),
                Daemon(
                    name: "shim", program: program,
                    arguments: [
                        "shim", "--docker", "unix://\(docker)", "--socket", "unix://\(cri)", "--root", "{folder}/shim",
                        "--log-level", logLevel, "--rest-tally", "{folder}/rest-tally.json", "--era", era,
                    ] + network, socket: cri),
            ],
            criSocket: cri, restTally: "{folder}/rest-tally.json", startBreakdown: "{folder}/start-breakdown.json")
    }

    /// kubelet → the core with the CRI inside → OCI runtime.
    package static func criPlugin(
        program: String = "/proc/self/exe", cri: String = "{folder}/cri.sock", logLevel: String = "warning",
        network: [String] = [], images: [String] = []
    ) -> StageDefinition {
        return StageDefinition(
            name: "cri-plugin",
            daemons: [
                Daemon(
                    name: "cri", program: program,
                    arguments: [
                        "cri", "--socket", "unix://\(cri)", "--root", "{folder}/cri", "--log-level", logLevel,
                        "--start-breakdown", "{folder}/start-breakdown.json",
                    ] + network + images, socket: cri)
            ],
            criSocket: cri, startBreakdown: "{folder}/start-breakdown.json")
    }

    /// The same with `{folder}` filled in.
    package func placed(in folder: String) -> StageDefinition {
        func place(_ text: String) -> String { text.replacing("{folder}", with: folder) }
        var placed = self
        placed.criSocket = place(criSocket)
        placed.restTally = restTally.map(place)
        placed.startBreakdown = startBreakdown.map(place)
        for index in placed.daemons.indices {
            placed.daemons[index].socket = place(daemons[index].socket)
            placed.daemons[index].arguments = daemons[index].arguments.map(place)
        }
        return placed
    }
}

/// A CRI socket that runs already and belongs to somebody else.
package struct EndpointDefinition: Sendable, Equatable {
    package var name: String
    package var socket: String

    package init(name: String, socket: String) {
        self.name = name
        self.socket = socket
    }

    /// - Parameter text: `name=unix:///path` or `name=/path`.
    package init?(_ text: String) {
        guard let equals = text.firstIndex(of: "=") else { return nil }
        let name = String(text[..<equals])
        var socket = String(text[text.index(after: equals)...])
        if socket.hasPrefix("unix://") { socket.removeFirst("unix://".count) }
        guard !name.isEmpty, socket.hasPrefix("/") else { return nil }
        self.init(name: name, socket: socket)
    }
}
