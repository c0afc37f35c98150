package import CRI
import Linux

/// On what the figures were taken.
package struct MachineFacts: Sendable, Equatable {
    package var kernel: String
    package var cpus: Int
    package var memoryMiB: Int
    package var cgroups: String
    /// `crun` → `crun version 1.8.1`.
    package var programs: [String: String]
    /// One minute, as the comparison began.
    package var load: Double

    package init(
        kernel: String, cpus: Int, memoryMiB: Int, cgroups: String, programs: [String: String], load: Double
    ) {
        self.kernel = kernel
        self.cpus = cpus
        self.memoryMiB = memoryMiB
        self.cgroups = cgroups
        self.programs = programs
        self.load = load
    }

    /// Programs whose versions belong to the figures.
    private static let asked = ["crun", "runc", "conmon"]

    static func read() async throws -> MachineFacts {
        var programs: [String: String] = [:]
        for program in asked {
            do throws(SpawnFailure) {
                let result = try await Processes.shared.run(Command(program, ["--version"]), deadline: .seconds(10))
                let text = String(decoding: result.output, as: UTF8.self)
                programs[program] = text.split(separator: "\n").first.map(String.init)
            } catch {
                // Not installed: the facts say so by leaving it out.
            }
        }
        let found = programs
        return try await blocking {
            func text(_ path: String) throws(SystemFailure) -> String {
                String(decoding: try Files.read(path), as: UTF8.self)
            }
            return MachineFacts(
                kernel: String(try text("/proc/sys/kernel/osrelease").filter { $0 != "\n" }),
                cpus: try text("/proc/cpuinfo").split(separator: "\n").count { $0.hasPrefix("processor") },
                memoryMiB: Self.memory(try text("/proc/meminfo")), cgroups: try CgroupTree.detect().version.rawValue,
                programs: found, load: Double(try text("/proc/loadavg").prefix { $0 != " " }) ?? 0)
        }
    }

    /// - Parameter text: of /proc/meminfo, in KiB.
    static func memory(_ text: String) -> Int {
        let line = text.split(separator: "\n").first { $0.hasPrefix("MemTotal:") }
        return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) / 1024
    }

    package var json: JSONValue {
        [
            "kernel": .string(kernel), "cpus": .integer(cpus), "memory_mib": .integer(memoryMiB),
            "cgroup": .string(cgroups), "load": .decimal(load),
            "programs": .object(pairs: programs.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }),
        ]
    }
}
