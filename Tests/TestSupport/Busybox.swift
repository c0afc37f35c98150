import Linux

/// A root file system made of the statically linked busybox of this machine.
package enum Busybox {
    package static let program = "/bin/busybox"

    /// Blocks.
    package static func layer(at folder: String) throws {
        for each in ["bin", "etc", "tmp", "root", "srv"] { try Files.makeFolders(folder + "/" + each) }
        try Files.write(folder + "/bin/busybox", try Files.read(program), mode: 0o755)
        for applet in applets { try Files.symlink("busybox", at: folder + "/bin/" + applet) }
        let passwd = "root:x:0:0:root:/root:/bin/sh\nweb:x:1000:2000:Web:/srv:/bin/sh\n"
        try Files.write(folder + "/etc/passwd", Array(passwd.utf8))
        try Files.write(folder + "/etc/group", Array("root:x:0:\nweb:x:2000:\nstaff:x:50:web\n".utf8))
    }

    private static let applets = [
        "sh", "echo", "cat", "ls", "sleep", "id", "true", "false", "mount", "touch", "head", "grep", "ip", "hostname",
        "env", "pwd", "kill", "stty", "tty", "dd", "mkdir", "rm", "test", "stat", "wc", "seq", "ps", "df", "cut",
        "trap",
    ]
}
