import Linux

/// A folder of our own under /tmp, for one run.
struct WorkFolder: Sendable {
    let path: String

    init(_ purpose: String) throws {
        path = "/tmp/oxbow-\(purpose)-\(UInt32.random(in: 0...UInt32.max))"
        try Files.makeFolders(path, mode: 0o700)
    }

    func remove() async throws {
        let path = path
        try await blocking { try Files.removeTree(path) }
    }
}

func fileExists(_ path: String) -> Bool { Files.exists(path) }

func writeFile(_ path: String, _ text: String) async throws {
    try await blocking { try Files.write(path, Array(text.utf8)) }
}
