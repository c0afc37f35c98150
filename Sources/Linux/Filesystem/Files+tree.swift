import Glibc

extension Files {
    /// Removes a file or a whole tree, never following links and never crossing into another mount; missing is fine.
    /// - Throws: EBUSY at a mount point.
    package static func removeTree(_ path: String) throws(SystemFailure) {
        var facts = stat()
        guard lstat(path, &facts) == 0 else {
            if errno == ENOENT { return }
            throw SystemFailure("lstat", path)
        }
        guard facts.st_mode & S_IFMT == S_IFDIR else {
            try removeFile(path)
            return
        }
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard folder >= 0 else { throw SystemFailure("open", path) }
        try empty(folder, path, device: facts.st_dev)
        guard rmdir(path) == 0 || errno == ENOENT else { throw SystemFailure("rmdir", path) }
    }

    /// Empties an open folder and closes it.
    private static func empty(_ folder: Int32, _ path: String, device: dev_t) throws(SystemFailure) {
        guard let stream = fdopendir(folder) else {
            close(folder)
            throw SystemFailure("fdopendir", path)
        }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name == "." || name == ".." { continue }
            if unlinkat(folder, name, 0) == 0 || errno == ENOENT { continue }
            guard errno == EISDIR || errno == EPERM else { throw SystemFailure("unlinkat", "\(path)/\(name)") }
            let inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard inner >= 0 else { throw SystemFailure("openat", "\(path)/\(name)") }
            var facts = stat()
            guard fstat(inner, &facts) == 0, facts.st_dev == device else {
                close(inner)
                throw SystemFailure("unlinkat", "\(path)/\(name)", errno: EBUSY)
            }
            try empty(inner, "\(path)/\(name)", device: device)
            guard unlinkat(folder, name, AT_REMOVEDIR) == 0 || errno == ENOENT else {
                throw SystemFailure("rmdir", "\(path)/\(name)")
            }
        }
    }

    /// Bytes and inodes of a tree, as `du` counts them (blocks, hard links once). Missing is nothing.
    package static func usage(of tree: String) throws(SystemFailure) -> (bytes: UInt64, inodes: UInt64) {
        var linked: Set<ino_t> = []
        var (bytes, inodes): (UInt64, UInt64) = (0, 0)
        var folders = [tree]
        func count(_ facts: stat) {
            if facts.st_nlink > 1, facts.st_mode & S_IFMT != S_IFDIR, !linked.insert(facts.st_ino).inserted { return }
            bytes += UInt64(facts.st_blocks) * 512
            inodes += 1
        }
        var facts = stat()
        guard lstat(tree, &facts) == 0 else {
            if errno == ENOENT { return (0, 0) }
            throw SystemFailure("lstat", tree)
        }
        count(facts)
        guard facts.st_mode & S_IFMT == S_IFDIR else { return (bytes, inodes) }
        while let folder = folders.popLast() {
            guard let stream = opendir(folder) else {
                // Gone since it was listed: a container works on its files while they are counted.
                if errno == ENOENT { continue }
                throw SystemFailure("opendir", folder)
            }
            defer { closedir(stream) }
            while let entry = readdir(stream) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name == "." || name == ".." { continue }
                guard fstatat(dirfd(stream), name, &facts, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
                count(facts)
                if facts.st_mode & S_IFMT == S_IFDIR { folders.append("\(folder)/\(name)") }
            }
        }
        return (bytes, inodes)
    }
}
