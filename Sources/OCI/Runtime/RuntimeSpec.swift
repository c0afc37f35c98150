/// The document `config.json` that an OCI runtime reads from a bundle: the parts Oxbow writes.
///
/// Absent values are left out of the JSON. Source: OCI runtime-spec 1.0.2, `config.md` and `config-linux.md`.
package struct RuntimeSpec: Sendable, Codable, Equatable {
    package var ociVersion = "1.0.2"
    package var process: Process
    package var root: Root
    package var hostname: String?
    /// Mounted in this order.
    package var mounts: [Mount]
    package var annotations: [String: String]?
    package var hooks: Hooks?
    package var linux: Linux

    package init(
        process: Process, root: Root, hostname: String? = nil, mounts: [Mount] = [],
        annotations: [String: String]? = nil, hooks: Hooks? = nil, linux: Linux
    ) {
        self.process = process
        self.root = root
        self.hostname = hostname
        self.mounts = mounts
        self.annotations = annotations
        self.hooks = hooks
        self.linux = linux
    }

    package struct Root: Sendable, Codable, Equatable {
        package var path: String
        package var readonly: Bool
        package init(path: String, readonly: Bool = false) {
            self.path = path
            self.readonly = readonly
        }
    }

    package struct Mount: Sendable, Codable, Equatable {
        package var destination: String
        package var type: String
        package var source: String
        package var options: [String]
        package init(destination: String, type: String, source: String, options: [String] = []) {
            self.destination = destination
            self.type = type
            self.source = source
            self.options = options
        }
    }
}
