import CRI
import CRIServer
import Core
import Faults
import Linux

/// Which of the two seccomp fields counts.
///
/// A kubelet of the v1alpha2 days fills both, but only the path string honours the old annotations; newer ones mean
/// the typed field. Unset is unconfined, as kubelets expect. Source: dockershim-mapping.md, section 20, row 16.
struct SeccompChoice: Sendable {
    private let typed: SecurityProfile?
    private let path: String

    init(_ typed: SecurityProfile?, path: String, api: APIVersion) {
        let pathCounts = api == .v1alpha2 ? !path.isEmpty : typed == nil
        self.typed = pathCounts ? nil : typed
        self.path = pathCounts ? path : ""
    }

    /// Bytes of a profile file.
    static let fileLimit = 1 << 20

    /// Blocks when the profile is a file.
    /// - Throws: `.badRequest` for an unknown choice, and for a file that is not there or too large.
    func spec() throws(OxbowError) -> SeccompSpec {
        if let typed {
            switch typed.profileType {
            case .runtimeDefault: return .runtimeDefault
            case .unconfined: return .unconfined
            case .localhost: return try profile(at: typed.localhostRef)
            default:
                throw OxbowError(.badRequest, "seccomp.profile_type: unknown (\(typed.profileType.rawValue))")
            }
        }
        switch path {
        case "", "unconfined": return .unconfined
        case "runtime/default", "docker/default": return .runtimeDefault
        case let local where local.hasPrefix("localhost/"):
            return try profile(at: String(local.dropFirst("localhost/".count)))
        default: throw OxbowError(.badRequest, "seccomp_profile_path: unknown seccomp profile option (\(path))")
        }
    }

    /// - Parameter file: an absolute path; `localhost/` before it, as in the older field, is understood too.
    private func profile(at file: String) throws(OxbowError) -> SeccompSpec {
        let file = file.hasPrefix("localhost/") ? String(file.dropFirst("localhost/".count)) : file
        guard file.hasPrefix("/") else { throw OxbowError(.badRequest, "seccomp: not an absolute path (\(file))") }
        do {
            return .profile(String(decoding: try Files.read(file, limit: Self.fileLimit), as: UTF8.self))
        } catch {
            throw OxbowError(.badRequest, "seccomp: profile cannot be read (\(file))", origin: error)
        }
    }
}
