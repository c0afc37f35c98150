/// Where the core keeps what: the one place that knows file names.
package struct CoreFolders: Sendable, Equatable {
    /// Lasting state.
    package let root: String
    /// State that ends with the boot; short, since sockets lie in it.
    package let run: String

    package init(root: String, run: String) {
        self.root = root
        self.run = run
    }

    package var containers: String { root + "/containers" }
    package func container(_ id: String) -> String { containers + "/" + id }
    package func record(_ id: String) -> String { container(id) + "/record.json" }
    package func upper(_ id: String) -> String { container(id) + "/upper" }
    package func work(_ id: String) -> String { container(id) + "/work" }
    package func merged(_ id: String) -> String { container(id) + "/rootfs" }
    package func volume(_ id: String, _ index: Int) -> String { container(id) + "/volumes/\(index)" }
    package func log(_ id: String) -> String { container(id) + "/log" }
    package func etc(_ id: String, _ name: String) -> String { container(id) + "/" + name }

    /// The folders on the way to a container's files, in both trees.
    package func way(to id: String) -> [String] {
        [root, containers, container(id), run, bundles, bundle(id)]
    }

    package var bundles: String { run + "/c" }
    package func bundle(_ id: String) -> String { bundles + "/" + id }
    package func liveRecord(_ id: String) -> String { bundle(id) + "/record.json" }
    package func sharedMemory(_ id: String) -> String { bundle(id) + "/shm" }
    package var namespaces: String { run + "/netns" }
    package func networkNamespace(_ id: String) -> String { namespaces + "/" + id }
    /// Sockets over which terminals come back: their names must be short.
    package var consoles: String { run + "/tty" }
    package var exits: String { run + "/exits" }
    package func exit(_ id: String) -> String { exits + "/" + id }
    package var runtimes: String { run + "/runtime" }
    package func runtime(_ handler: String) -> String { runtimes + "/" + handler }
}
