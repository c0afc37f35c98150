import Core
import DockerAPI
import Faults
import HTTPServer
import Linux

extension Engine {
    /// `GET /containers/{id}/top`: the host's `ps`, of the container's processes.
    @Sendable func containerProcesses(_ call: Call) async throws -> ServerResponse {
        let record = try await container(of: call)
        guard record.state == .running else {
            throw OxbowError(.wrongState, "Container \(record.id) is not running")
        }
        let arguments = (call.text("ps_args").flatMap { $0.isEmpty ? nil : $0 } ?? "-ef").split(separator: " ").map(
            String.init)
        let ids = try await blocking { Set(try CgroupTree.detect().processes(in: record.cgroupPath)) }
        let result: CommandResult
        do { result = try await Processes.shared.run(Command("ps", arguments), deadline: .seconds(10)) } catch {
            throw OxbowError(.ours, "ps: cannot be run", origin: error)
        }
        guard result.status == .exited(0) else {
            throw OxbowError(.ours, "ps: \(String(decoding: result.errors, as: UTF8.self))")
        }
        return try Answer.json(try ProcessTable.of(String(decoding: result.output, as: UTF8.self), ids: ids))
    }
}

/// The output of `ps`, cut into columns.
enum ProcessTable {
    /// - Parameter ids: processes whose rows are kept.
    /// - Throws: `.ours` when there is no PID column to choose by.
    static func of(_ output: String, ids: Set<Int32>) throws(OxbowError) -> TopResponse {
        let lines = output.split(separator: "\n")
        let titles = (lines.first ?? "").split(separator: " ").map(String.init)
        guard let column = titles.firstIndex(of: "PID") else {
            throw OxbowError(.ours, "Couldn't find PID field in ps output")
        }
        var table = TopResponse()
        table.titles = titles
        table.processes = lines.dropFirst().compactMap { line in
            // The last column is the command, whose spaces belong to it.
            let cells = line.split(separator: " ", maxSplits: titles.count - 1).map(String.init)
            guard cells.count > column, let id = Int32(cells[column]), ids.contains(id) else { return nil }
            return cells
        }
        return table
    }
}
