import Testing

@testable import Linux

@Suite("Understanding what the kernel writes")
struct ParserTests {
    @Test("a command with spaces and parentheses does not shift the fields of /proc/PID/stat")
    func processFacts() throws {
        let line =
            "42 (a (b) c) S 7 42 42 0 -1 4194560 100 200 0 0 150 50 30 20 20 0 1 0 987654 1000 200 18446744073709551615"
        let facts = try #require(ProcessFacts.parse(line, ticksPerSecond: 100))
        #expect(facts.pid == 42)
        #expect(facts.parent == 7)
        #expect(facts.command == "a (b) c")
        #expect(facts.state == UInt8(ascii: "S"))
        #expect(facts.ownCPU == 2)
        #expect(facts.childrenCPU == 0.5)
        #expect(facts.startTime == 987654)
        #expect(ProcessFacts.parse("42 (cut", ticksPerSecond: 100) == nil)
    }

    @Test("an empty argument is an argument")
    func arguments() {
        #expect(ProcessFacts.arguments(in: Array("a\0\0b\0".utf8)) == ["a", "", "b"])
        #expect(ProcessFacts.arguments(in: []) == [])
    }

    @Test("the folder that overlay's paths share ends at a slash")
    func sharedFolder() {
        #expect(Mounts.sharedFolder(of: ["/r/layers/12/fs", "/r/layers/13/fs", "/r/c/upper"]) == "/r/")
        #expect(Mounts.sharedFolder(of: ["/r/ab", "/r/ac"]) == "/r/")
        #expect(Mounts.sharedFolder(of: ["a", "b"]) == "")
    }

    @Test("mount points come deepest first, with escapes undone, and only beneath the folder")
    func mountPoints() {
        let text = """
            22 1 0:20 / / rw - ext4 /dev/vda rw
            23 22 0:21 / /r/a rw - tmpfs tmpfs rw
            24 23 0:22 / /r/a/b\\040c rw - overlay overlay rw
            25 22 0:23 / /rest rw - tmpfs tmpfs rw
            """
        #expect(Mounts.points(in: text, beneath: "/r") == ["/r/a/b c", "/r/a"])
        #expect(Mounts.points(in: text, beneath: "/").count == 4)
    }

    @Test("a hybrid host counts as cgroup v1, a unified one as v2")
    func cgroupTree() {
        let hybrid = """
            cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,nosuid,cpu,cpuacct 0 0
            cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0
            """
        let both = "/sys/fs/cgroup/cpu,cpuacct"
        let beside = "/sys/fs/cgroup/unified"
        #expect(
            CgroupTree.parse(hybrid)
                == CgroupTree(version: .v1, roots: ["cpu": both, "cpuacct": both, "unified": beside]))
        let unified = "cgroup2 /sys/fs/cgroup cgroup2 rw 0 0"
        #expect(CgroupTree.parse(unified) == CgroupTree(version: .v2, roots: ["": "/sys/fs/cgroup"]))
        #expect(CgroupTree.parse("proc /proc proc rw 0 0") == nil)
    }

    @Test("the path of a process is found under each version")
    func cgroupPath() {
        let text = "5:memory:/a/b\n4:cpu,cpuacct:/c:d\n0::/unified"
        #expect(CgroupTree.path(in: text, controller: "cpuacct") == "/c:d")
        #expect(CgroupTree.path(in: text, controller: "") == "/unified")
        #expect(CgroupTree.path(in: text, controller: "pids") == nil)
    }

    @Test("counters of cgroup v1")
    func countersV1() {
        let counters = CgroupCounters(
            v1: CgroupTexts(files: [
                "cpuacct.usage": "1500\n", "cpu.stat": "nr_periods 4\nnr_throttled 1\nthrottled_time 9\n",
                "memory.usage_in_bytes": "1000\n", "memory.limit_in_bytes": "9223372036854771712\n",
                "memory.stat": "cache 600\ntotal_inactive_file 400\ntotal_rss 300\n",
                "memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n", "pids.current": "3\n",
                "pids.max": "max\n",
            ]))
        #expect(counters.cpuNanoseconds == 1500)
        #expect(counters.throttledPeriods == 1)
        #expect(counters.workingSetBytes == 600)
        #expect(counters.memoryLimit == nil)
        #expect(counters.rssBytes == 300)
        #expect(counters.oomKills == 2)
        #expect(counters.processes == 3)
        #expect(counters.processLimit == nil)
    }

    @Test("counters of cgroup v2, and a working set that never goes below zero")
    func countersV2() {
        let counters = CgroupCounters(
            v2: CgroupTexts(files: [
                "cpu.stat": "usage_usec 7\nuser_usec 5\nsystem_usec 2\n", "memory.current": "100\n",
                "memory.peak": "150\n",
                "memory.max": "4096\n", "memory.stat": "anon 60\ninactive_file 400\n",
                "memory.events": "oom 3\noom_kill 1\n", "pids.max": "10\n",
            ]))
        #expect(counters.cpuNanoseconds == 7000)
        #expect(counters.workingSetBytes == 0)
        #expect(counters.memoryMaxBytes == 150)
        #expect(counters.memoryLimit == 4096)
        #expect(counters.memoryFailures == 3)
        #expect(counters.oomKills == 1)
        #expect(counters.processLimit == 10)
    }

    @Test("traffic of block devices and stalls under cgroup v1 with a v2 tree beside it")
    func devicesV1() {
        let counters = CgroupCounters(
            v1: CgroupTexts(files: [
                "memory.limit_in_bytes": "4096\n", "memory.memsw.limit_in_bytes": "6144\n",
                "blkio.throttle.io_service_bytes_recursive":
                    "8:16 Read 4096\n8:16 Write 512\n8:16 Total 4608\n8:0 Read 1\nTotal 4609\n",
                "blkio.throttle.io_serviced_recursive": "8:16 Read 3\n8:16 Write 2\nTotal 5\n",
                "cpu.pressure": "some avg10=1.50 avg60=0.25 avg300=0.00 total=12\n",
                "io.pressure": "",
            ]))
        #expect(counters.swapLimit == 2048)
        var first = DeviceTraffic(major: 8, minor: 0)
        first.readBytes = 1
        var second = DeviceTraffic(major: 8, minor: 16)
        (second.readBytes, second.writtenBytes, second.reads, second.writes) = (4096, 512, 3, 2)
        #expect(counters.devices == [first, second])
        #expect(counters.cpuPressure?.some.total == 12_000)
        #expect(counters.cpuPressure?.some.average10 == 1.5)
        #expect(counters.cpuPressure?.full == Pressure.Line())
        #expect(counters.ioPressure == nil)
        #expect(counters.memoryPressure == nil)
    }

    @Test("traffic of block devices, swap and stalls under cgroup v2")
    func devicesV2() {
        let counters = CgroupCounters(
            v2: CgroupTexts(files: [
                "memory.swap.max": "max\n", "memory.swap.current": "7\n",
                "io.stat": "259:0 rbytes=10 wbytes=20 rios=1 wios=2 dbytes=0 dios=0\n",
                "memory.pressure":
                    "some avg10=0.00 avg60=0.00 avg300=0.00 total=5\nfull avg10=3.00 avg60=0.00 avg300=0.00 total=4\n",
            ]))
        #expect(counters.swapLimit == nil)
        #expect(counters.swapBytes == 7)
        #expect(counters.devices.map(\.writtenBytes) == [20])
        #expect(counters.devices.map(\.reads) == [1])
        #expect(counters.memoryPressure?.full.average10 == 3)
        #expect(counters.memoryPressure?.full.total == 4000)
    }

    @Test("lines that are not a key and a number are passed over")
    func oddPairs() {
        let texts = CgroupTexts(files: ["x": "a 1\nb\nc x\nd 18446744073709551615\ne 18446744073709551616\n\nf 2"])
        #expect(texts.pairs("x") == ["a": 1, "d": .max, "f": 2])
    }

    @Test("counters of interfaces are read, but for the loopback's")
    func interfaces() {
        let text = """
            Inter-|   Receive                                                |  Transmit
             face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                lo:     100       1    0    0    0     0          0         0      100       1    0    0    0     0       0          0
              eth0:1000 10 1 2 0 0 0 0 2000 20 3 4 0 0 0 0
            """
        let counters = InterfaceCounters.parse(text)
        #expect(counters.map(\.name) == ["eth0"])
        #expect(counters[0].receivedBytes == 1000 && counters[0].receiveDrops == 2)
        #expect(counters[0].sentBytes == 2000 && counters[0].sendErrors == 3)
    }

    @Test(
        "signals by name, with and without SIG, by number and from the ends of the real-time range",
        arguments: [
            ("TERM", 15), ("SIGKILL", 9), ("sigusr1", 10), ("1", 1), ("RTMIN+3", 37), ("SIGRTMAX-2", 62), ("RTMIN", 34),
        ])
    func signals(name: String, number: Int32) {
        #expect(Signals.number(named: name) == number)
    }

    @Test("what is no signal", arguments: ["", "FOO", "0", "65", "-1", "RTMIN+99", "SIG"])
    func noSignals(name: String) {
        #expect(Signals.number(named: name) == nil)
    }

    @Test("no signal goes to many processes at once", arguments: [0, -1, -42] as [Int32])
    func manyProcesses(pid: Int32) {
        let failure = #expect(throws: SystemFailure.self) { try Signals.send(0, to: pid) }
        #expect(failure?.errno == 22)
    }

    @Test("capabilities are those both bound and permitted")
    func capabilities() {
        let status = "CapPrm:\t0000000000000003\nCapBnd:\t0000000000000005\n"
        #expect(DaemonRights.parseCapabilities(status) == ["CAP_CHOWN"])
    }

    @Test("only code that comes from a file and cannot be written is let go after the start")
    func codeMappings() {
        let maps = """
            55d000000000-55d000001000 r--p 00000000 fe:00 1 /usr/bin/oxbow
            55d000001000-55d000003000 r-xp 00001000 fe:00 1 /usr/bin/oxbow
            55d000003000-55d000004000 rw-p 00003000 fe:00 1 /usr/bin/oxbow
            7ffd00000000-7ffd00002000 r-xp 00000000 00:00 0 [vdso]
            7f0000000000-7f0000001000 rwxp 00000000 00:00 0
            """
        let found = StartUpMemory.codeMappings(in: maps)
        #expect(found.map { $0.start } == [0x55d0_0000_1000])
        #expect(found.map { $0.end } == [0x55d0_0000_3000])
    }
}
