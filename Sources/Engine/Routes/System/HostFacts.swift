import Linux

/// What /proc and /etc say of this host.
struct HostFacts: Sendable {
    var kernel = ""
    var hostname = ""
    var operatingSystem = "Linux"
    var osVersion = ""
    var cpus = 1
    /// Bytes.
    var memory: Int64 = 0
    var forwardsIPv4 = false

    /// Go's name of this processor, and uname's.
    #if arch(x86_64)
        static let goArchitecture = "amd64"
        static let architecture = "x86_64"
    #elseif arch(arm64)
        static let goArchitecture = "arm64"
        static let architecture = "aarch64"
    #else
        static let goArchitecture = "unknown"
        static let architecture = "unknown"
    #endif

    static func read() async throws -> HostFacts {
        try await blocking {
            var facts = HostFacts()
            facts.kernel = text("/proc/sys/kernel/osrelease")
            facts.hostname = text("/proc/sys/kernel/hostname")
            facts.forwardsIPv4 = text("/proc/sys/net/ipv4/ip_forward") == "1"
            let release = fields(of: text("/etc/os-release"))
            facts.operatingSystem = release["PRETTY_NAME"] ?? facts.operatingSystem
            facts.osVersion = release["VERSION_ID"] ?? ""
            facts.cpus = CPUTime(statistics: text("/proc/stat"))?.cpus ?? 1
            facts.memory = memory(in: text("/proc/meminfo"))
            return facts
        }
    }

    /// "" for a file that is not there: the fact stays unknown.
    static func text(_ path: String) -> String {
        guard let bytes = try? Files.read(path) else { return "" }
        var text = String(decoding: bytes, as: UTF8.self)
        while text.last == "\n" { text.removeLast() }
        return text
    }

    /// `NAME="value"` lines.
    static func fields(of text: String) -> [String: String] {
        var fields: [String: String] = [:]
        for line in text.split(separator: "\n") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            fields[String(line[..<equals])] = line[line.index(after: equals)...].filter { $0 != "\"" }
        }
        return fields
    }

    /// The `MemTotal:` line of /proc/meminfo, which counts in KiB.
    static func memory(in text: String) -> Int64 {
        for line in text.split(separator: "\n") where line.hasPrefix("MemTotal:") {
            let words = line.split(separator: " ")
            if words.count >= 2, let kibibytes = Int64(words[1]) { return kibibytes << 10 }
        }
        return 0
    }
}
