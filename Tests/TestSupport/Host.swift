import Glibc
import Linux

/// What this machine lets tests do.
package enum Host {
    /// nil when real containers can run here, else what is missing: the text a skipped test shows.
    package static let containerProblem: String? = {
        if geteuid() != 0 { return "needs root" }
        for program in ["crun", "conmon"] where !programFolders.contains(where: { Files.exists("\($0)/\(program)") }) {
            return "needs \(program): run Compat/setup"
        }
        return nil
    }()
    package static var canRunContainers: Bool { containerProblem == nil }
    package static let programFolders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]
}

extension Host {
    /// A number in the environment; 0 when there is none.
    package static func number(_ variable: String) -> Int {
        guard let text = getenv(variable) else { return 0 }
        return Int(String(cString: text)) ?? 0
    }
}
