import Core
import Faults
import FoundationEssentials

/// What `ContainerStatus` adds when asked to be verbose: one JSON document, as `crictl inspect` shows it.
struct VerboseContainer: Encodable {
    struct User: Encodable {
        var uid: UInt32
        var gid: UInt32
        var additionalGids: [UInt32]
    }
    struct Mount: Encodable {
        var kind: String
        var source: String
        var destination: String
        var readOnly: Bool
        var propagation: String
    }

    var sandboxID: String
    /// On this host; 0 when it does not run.
    var pid: Int32
    var runtime: String
    var rootfs: String
    var cgroup: String
    var logPath: String
    var command: [String]
    var workingDirectory: String
    var user: User
    var privileged: Bool
    var mounts: [Mount]

    init(_ container: PodContainer) {
        let record = container.record
        sandboxID = container.document.sandbox
        pid = record.pid
        runtime = record.runtime
        rootfs = record.rootfsPath
        cgroup = record.cgroupPath
        logPath = record.logPath
        command = record.spec.process.arguments
        workingDirectory = record.spec.process.workingDirectory
        user = User(uid: record.uid, gid: record.gid, additionalGids: record.supplementalGroups)
        privileged = record.spec.privileged
        mounts = record.spec.mounts.enumerated().map { index, mount in
            Mount(
                kind: mount.kind.rawValue, source: record.volumes[index]?.source ?? mount.source,
                destination: mount.destination, readOnly: mount.readOnly, propagation: mount.propagation.rawValue)
        }
    }

    func text() throws(OxbowError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        } catch {
            throw OxbowError(.ours, "container: cannot be described", origin: error)
        }
    }
}
