import CRI
import Core
import Faults
import FoundationEssentials
import Synchronization

/// What the CRI knows of a container of the core that the core itself does not: kept as its extension document.
enum CRIDocument: Sendable, Codable {
    case sandbox(SandboxDocument)
    case container(ContainerDocument)
}

struct SandboxDocument: Sendable, Codable {
    var name: String
    var uid: String
    var namespace: String
    var attempt: UInt32
    var labels: [String: String]
    var annotations: [String: String]
    var logDirectory: String
    var cgroupParent: String
    var runtimeHandler: String
    /// `NamespaceMode` numbers as asked for.
    var networkMode: Int32
    var pidMode: Int32
    var ipcMode: Int32
    var privileged: Bool
    /// What UpdatePodSandboxResources asked for last, each as JSON of the CRI.
    var overhead: String?
    var resources: String?
    /// The rest of `PodSandboxConfig` as JSON, for verbose answers; nil in documents of earlier daemons.
    var configuration: String?
}

struct ContainerDocument: Sendable, Codable {
    struct MountPoint: Sendable, Codable {
        var containerPath: String
        var hostPath: String
        var readOnly: Bool
        var recursiveReadOnly: Bool
        var selinuxRelabel: Bool
        var propagation: Int32
        /// Of an image volume; "" else.
        var image: String
        var imageSubPath: String
        var options: [String]
    }

    var sandbox: String
    var name: String
    var attempt: UInt32
    var labels: [String: String]
    var annotations: [String: String]
    var image: String
    /// The name that the pod's author wrote, where a kubelet told it.
    var userSpecifiedImage: String
    var mounts: [MountPoint]
    var logPath: String
    /// The number of `CRI.Signal`: the one in effect, whoever chose it.
    var stopSignal: Int32
}

/// Documents decoded once, by container id.
///
/// The core's records are the truth; this saves the decoding, since a kubelet lists everything every second.
final class DocumentTable: Sendable {
    private let rows = Mutex<[String: CRIDocument]>([:])

    /// - Returns: nil for a container that another front end made.
    func document(of record: ContainerRecord) -> CRIDocument? {
        if let known = rows.withLock({ $0[record.id] }) { return known }
        guard let decoded = Self.decode(record.spec.extensionDocument) else { return nil }
        rows.withLock { $0[record.id] = decoded }
        return decoded
    }

    func forget(_ id: String) {
        rows.withLock { $0[id] = nil }
    }

    static func encode(_ document: CRIDocument) throws(OxbowError) -> String {
        do {
            return String(decoding: try JSONEncoder().encode(document), as: UTF8.self)
        } catch {
            throw OxbowError(.ours, "document: cannot be written", origin: error)
        }
    }

    private static func decode(_ text: String) -> CRIDocument? {
        guard !text.isEmpty else { return nil }
        return try? JSONDecoder().decode(CRIDocument.self, from: Data(text.utf8))
    }
}
