import Glibc

extension Mounts {
    /// A tmpfs for /dev/shm: nosuid, noexec, nodev, mode 1777. `target` must exist.
    package static func sharedMemory(at target: String, bytes: UInt64) throws(SystemFailure) {
        let flags = UInt(MS_NOSUID) | UInt(MS_NOEXEC) | UInt(MS_NODEV)
        guard mount("shm", target, "tmpfs", flags, "mode=1777,size=\(bytes)") == 0 else {
            throw SystemFailure(call: "mount tmpfs", subject: target, errno: errno)
        }
    }
}
