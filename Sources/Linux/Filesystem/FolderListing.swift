import Glibc

/// Reads folders with names as the bytes that they are: images hold names that are not UTF-8.
enum FolderListing {
    /// A name, or a path, with its closing zero byte.
    typealias Name = [CChar]

    /// All names in the open folder, without `.` and `..`.
    static func names(in folder: Int32, _ subject: String) throws(SystemFailure) -> [Name] {
        // The stream takes its descriptor over, and the caller keeps `folder`.
        let copy = fcntl(folder, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else { throw SystemFailure("dup", subject) }
        guard let stream = fdopendir(copy) else {
            let failure = SystemFailure("fdopendir", subject)
            close(copy)
            throw failure
        }
        defer { closedir(stream) }
        rewinddir(stream)  // The copy shares its offset with `folder`, which may have been read before.
        var names: [Name] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno == 0 { return names }
                throw SystemFailure("readdir", subject)
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) {
                    Name(UnsafeBufferPointer(start: $0, count: strlen($0) + 1))
                }
            }
            if name != [dot, 0], name != [dot, dot, 0] { names.append(name) }
        }
    }

    /// `folder/name`.
    static func path(_ folder: Name, _ name: Name) -> Name { folder.dropLast() + [slash] + name }

    static func name(_ text: String) -> Name { Array(text.utf8CString) }

    static func text(_ name: Name) -> String {
        String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static let dot = CChar(UInt8(ascii: "."))
    private static let slash = CChar(UInt8(ascii: "/"))
}
