import FoundationEssentials
package import OCI
import Synchronization

/// Seccomp filters that crun has compiled already, by profile.
///
/// Compiling the default profile takes crun 10 ms of processor time at each creation, out of 16. It leaves the result in its
/// own state folder and takes one ready-made in an annotation (crun(1), `run.oci.seccomp_bpf_data`), so each profile is
/// compiled once in a daemon's life.
package final class CompiledFilters: Sendable {
    /// Profiles kept; with more in use, those past it are compiled each time.
    package static let limit = 64
    /// Bytes of one filter: the kernel takes 4096 instructions of 8 bytes.
    package static let filterBytes = 4096 * 8
    package static let annotation = "run.oci.seccomp_bpf_data"

    private let known = Mutex<[RuntimeSpec.Seccomp: String]>([:])
    package init() {}

    /// - Returns: the document with the compiled filter beside the profile, when there is one.
    package func amend(_ document: RuntimeSpec) -> RuntimeSpec {
        guard let seccomp = document.linux.seccomp, let filter = known.withLock({ $0[seccomp] }) else {
            return document
        }
        var amended = document
        amended.annotations = (document.annotations ?? [:]).merging([Self.annotation: filter]) { _, ours in ours }
        return amended
    }

    /// Flags belong to the system call, not to the filter: a profile with flags is left to the runtime.
    package func wants(_ seccomp: RuntimeSpec.Seccomp) -> Bool {
        seccomp.flags?.isEmpty != false && known.withLock { $0[seccomp] == nil && $0.count < Self.limit }
    }

    package func learn(_ seccomp: RuntimeSpec.Seccomp, _ filter: [UInt8]) {
        guard !filter.isEmpty, filter.count.isMultiple(of: 8), filter.count <= Self.filterBytes else { return }
        let text = Data(filter).base64EncodedString()
        known.withLock { $0[seccomp] = text }
    }
}
