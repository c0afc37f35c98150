import Core
import Faults
import Linux
import Logging
import Testing

@Suite struct MonitorTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test("a report with a pid is the process's")
    func pid() throws { #expect(try MonitorReport.pid(from: bytes("{\"data\": 16824}\n")) == 16824) }

    @Test("a negative number brings the runtime's words; a missing program is the client's mistake")
    func failure() {
        let text = #"{"data": -1, "message": "executable file `/x` not found in $PATH: No such file or directory\n"}"#
        let error = #expect(throws: OxbowError.self) { try MonitorReport.pid(from: bytes(text)) }
        #expect(error?.kind == .badRequest)
        #expect(
            error?.message
                == "container: OCI runtime create failed: executable file `/x` not found in $PATH: No such file or directory"
        )
        let other = #expect(throws: OxbowError.self) {
            try MonitorReport.pid(from: bytes(#"{"data": -1, "message": "mount `proc`: busy"}"#))
        }
        #expect(other?.kind == .ours)
    }

    @Test("no report and an unreadable one are ours", arguments: ["", "{", "[]", "{\"pid\": 4}"])
    func unreadable(text: String) {
        let error = #expect(throws: OxbowError.self) { try MonitorReport.pid(from: bytes(text)) }
        #expect(error?.kind == .ours)
    }

    @Test("a runtime's words become one printable line of bounded length")
    func words() {
        #expect(RuntimeWords.clean(" a\n\tb\u{1b}c  ") == "a b c")
        #expect(RuntimeWords.clean(String(repeating: "x", count: 5000)).count == 1024)
    }

    @Test("the last error of a runtime's log counts")
    func log() {
        let text = """
            {"level":"warning","msg":"w"}
            {"level":"error","msg":"first"}
            not json
            {"level":"error","msg":"second"}
            {"level":"info","msg":"i"}
            """
        #expect(RuntimeLog.message(bytes(text)) == "second")
        #expect(RuntimeLog.message([]) == nil)
    }

    @Test("the monitor's command line")
    func command() {
        var order = LaunchOrder(id: "abc", name: "", handler: "crun", terminal: true, input: true, keepInputOpen: true)
        order.logPath = "/logs/0.log"
        order.logBytes = 100
        let command = MonitorCommand.make(
            conmon: "/usr/bin/conmon", runtime: "/usr/bin/crun", order: order,
            folders: CoreFolders(root: "/root", run: "/run/o"), report: 17)
        #expect(command.newSession && command.descriptors == [3: 17])
        #expect(command.environment.contains("_OCI_SYNCPIPE=3"))
        #expect(command.workingDirectory == "/run/o/c/abc")
        let line = command.arguments.joined(separator: " ")
        for part in [
            "--sync", "-c abc", "-n abc", "-r /usr/bin/crun", "-b /run/o/c/abc", "-l k8s-file:/logs/0.log",
            "--log-size-max 100", "--runtime-arg --root=/run/o/runtime/crun", "-t", "-i", "--leave-stdin-open",
        ] { #expect(line.contains(part), "\(part)") }
    }

    @Test("output that is not wanted goes nowhere")
    func noLog() {
        let command = MonitorCommand.make(
            conmon: "conmon", runtime: "crun", order: LaunchOrder(id: "abc", name: "n", handler: "crun"),
            folders: CoreFolders(root: "/root", run: "/run/o"), report: 17)
        #expect(command.arguments.contains("off") && !command.arguments.contains("-i"))
    }

    @Test("crun is the default, runc where crun refuses the host, and what is asked for where it is there")
    func runtimes() throws {
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let both = ["crun": "/c", "runc": "/r"]
        func choose(_ runtimes: [String: String], _ wanted: String = "", _ left: String = "") throws -> String {
            try RuntimeDiscovery.choose(runtimes: runtimes, wanted: wanted, hybridControllers: left, log: log)
        }
        #expect(try choose(both) == "crun")
        #expect(try choose(both, "", "hugetlb") == "runc")
        #expect(try choose(["crun": "/c"], "", "hugetlb") == "crun")
        #expect(try choose(["runc": "/r"]) == "runc")
        #expect(try choose(both, "runc") == "runc")
        #expect(throws: OxbowError.self) { try choose(both, "kata") }
        #expect(throws: OxbowError.self) { try choose([:]) }
    }
}
