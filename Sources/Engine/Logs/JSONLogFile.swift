import Linux

/// Docker's json-file, with its rotation: `X-json.log`, `X-json.log.1`, … the higher the older. Every call blocks.
struct JSONLogFile {
    private let paths: LogPaths
    private let options: LogOptions
    private var file: LineFile

    init(_ paths: LogPaths, _ options: LogOptions) throws(SystemFailure) {
        self.paths = paths
        self.options = options
        file = try LineFile(paths.json)
    }

    var identity: FileIdentity { file.identity }
    var size: UInt64 { file.size }

    /// dockerd looks before it writes a line, so a file is longer than its limit by up to one line.
    var isFull: Bool { options.maximumBytes.map { size >= UInt64($0) } ?? false }

    /// Bytes that may be written before it has to be looked again; nil: any number.
    var room: Int? { options.maximumBytes.map { Int(clamping: $0) - Int(clamping: size) } }

    /// - Parameter lines: whole ones. - Returns: how many bytes there was room for.
    mutating func append(_ lines: ArraySlice<UInt8>) -> (count: Int, failure: SystemFailure?) { file.append(lines) }

    /// The file that will be next, made but not yet named: it is written down before the names change.
    func prepareNext() throws(SystemFailure) -> FileIdentity {
        try Files.removeFile(paths.nextJSON)
        return try LineFile(paths.nextJSON).identity
    }

    /// Gives all files their next names; a rotation that was cut short is gone on with.
    mutating func rotate() throws(SystemFailure) {
        try Self.rename(paths, keeping: options.files)
        file = try LineFile(paths.json)
    }

    private static func rename(_ paths: LogPaths, keeping files: Int) throws(SystemFailure) {
        if Files.exists(paths.json) {
            // As far as names are taken: a gap is where an earlier attempt stopped.
            var free = 1
            while free < files, Files.exists(paths.json(free)) { free += 1 }
            if free >= files {
                free = files - 1
                if free > 0 { try Files.removeFile(paths.json(free)) }
            }
            for number in stride(from: free, to: 0, by: -1) {
                try Files.rename(paths.json(number - 1), paths.json(number))
            }
        }
        try Files.rename(paths.nextJSON, paths.json)
    }

    /// Whether a rotation was written down whose names have not changed yet.
    static func isHalfRotated(_ paths: LogPaths, next: FileIdentity) -> Bool {
        FileIdentity(at: paths.nextJSON) == next
    }

    static func finishRotation(_ paths: LogPaths, _ options: LogOptions) throws(SystemFailure) {
        try rename(paths, keeping: options.files)
    }
}
