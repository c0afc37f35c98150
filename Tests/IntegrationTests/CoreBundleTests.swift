import Core
import Faults
import Linux
import TestSupport
import Testing

/// What a container finds when it looks around.
@Suite(.enabled(if: Host.canRunContainers, "needs root, crun and conmon"), .timeLimit(.minutes(2)))
struct CoreBundleTests {
    @Test("a privileged container with oom_score_adj -998 runs, clamped to what the daemon may give")
    func privileged() async throws {
        try await CoreFixture.with("bundle-privileged") { fixture in
            var spec = fixture.shell(
                "cat /proc/self/oom_score_adj; grep CapEff /proc/self/status; test -e /dev/kmsg -o -e /dev/vda && echo devices; "
                    + "grep Seccomp: /proc/self/status; touch /proc/sys/kernel/hostname && echo writable")
            spec.privileged = true
            spec.process.oomScoreAdj = -998
            let record = try await fixture.run(spec)
            let rights = try await blocking { try DaemonRights.read() }
            let output = try await fixture.output(record)
            #expect(record.exitCode == 0, "\(output)")
            let lines = output.split(separator: "\n").map(String.init)
            #expect(lines.first == String(max(-998, rights.lowestOOMScore)))
            let effective = UInt64(lines.dropFirst().first?.split(separator: "\t").last ?? "", radix: 16)
            #expect(effective?.nonzeroBitCount == rights.capabilities.count)
            #expect(lines.dropFirst(2).map { $0 } == ["devices", "Seccomp:\t0", "writable"])
        }
    }

    @Test("an ordinary container has fourteen capabilities at most, a seccomp filter and hidden parts of /proc")
    func ordinary() async throws {
        try await CoreFixture.with("bundle-ordinary") { fixture in
            let record = try await fixture.run(
                fixture.shell(
                    "grep CapEff /proc/self/status; grep Seccomp: /proc/self/status; wc -c < /proc/keys; "
                        + "touch /proc/sys/kernel/hostname || echo refused; mount -t tmpfs x /tmp || echo refused; "
                        + "ls /sys/fs/cgroup | wc -l; touch /sys/fs/cgroup/memory/x || echo refused"))
            let output = try await fixture.output(record)
            let lines = output.split(separator: "\n").filter { !$0.contains(": ") }.map(String.init)
            let held = try await blocking { try DaemonRights.read().capabilities }
            let effective = UInt64(lines.first?.split(separator: "\t").last ?? "", radix: 16)
            #expect(effective?.nonzeroBitCount == CapabilitySet.standard.filter(held.contains).count)
            #expect(lines.dropFirst().prefix(4) == ["Seccomp:\t2", "0", "refused", "refused"], "\(output)")
            #expect(lines.last == "refused")
        }
    }

    @Test("a read-only root refuses writes, and a tmpfs in it takes them")
    func readOnlyRoot() async throws {
        try await CoreFixture.with("bundle-readonly") { fixture in
            var spec = fixture.shell("touch /x 2>/dev/null || echo refused; touch /tmp/x && echo written")
            spec.readOnlyRoot = true
            spec.mounts = [MountSpec(kind: .tmpfs, destination: "/tmp", options: ["size=1m"])]
            let output = try await fixture.output(ofRunning: spec)
            #expect(output == "refused\nwritten\n")
        }
    }

    @Test("a read-only bind mount shows the host's files and refuses writes; a writable one takes them")
    func bindMounts() async throws {
        try await CoreFixture.with("bundle-bind") { fixture in
            let (fixed, open) = (fixture.folder.appending("fixed"), fixture.folder.appending("open"))
            try await blocking {
                try Files.makeFolders(fixed)
                try Files.write(fixed + "/text", Array("from the host\n".utf8))
            }
            var spec = fixture.shell(
                "cat /data/text; touch /data/x 2>/dev/null || echo refused; echo back > /data/deep/er/text")
            spec.mounts = [
                // Deeper first: the core sorts them.
                MountSpec(source: open, destination: "/data/deep/er", createSource: true),
                MountSpec(source: fixed, destination: "/data", readOnly: true),
            ]
            try await blocking { try Files.makeFolders(fixed + "/deep/er") }
            let record = try await fixture.run(spec)
            #expect(try await fixture.output(record) == "from the host\nrefused\n")
            let back = try await blocking { String(decoding: try Files.read(open + "/text"), as: UTF8.self) }
            #expect(back == "back\n")

            spec.mounts = [MountSpec(source: fixture.folder.appending("absent"), destination: "/data")]
            let error = await #expect(throws: OxbowError.self) { try await fixture.core.create(spec) }
            #expect(error?.kind == .badRequest)
        }
    }

    @Test("a user's name is looked up in the image; an unknown one is the client's mistake and leaves nothing")
    func users() async throws {
        try await CoreFixture.with("bundle-users") { fixture in
            var spec = fixture.shell("id; echo $HOME")
            spec.process.user = .text("daemon:users")
            spec.process.additionalGroups = [77]
            let record = try await fixture.run(spec)
            let text = try await fixture.output(record)
            #expect(
                text.hasPrefix("uid=1(daemon) gid=100(users) groups=") && text.hasSuffix("\n/usr/sbin\n"), "\(text)")
            #expect(text.contains("77"), "\(text)")
            #expect(record.uid == 1 && record.gid == 100 && record.supplementalGroups == [100, 77])

            spec.process.user = .text("nobody-there")
            let error = await #expect(throws: OxbowError.self) { try await fixture.core.create(spec) }
            #expect(error?.kind == .badRequest)
            try await fixture.core.remove(record.id, force: false)
            try await fixture.expectNothingLeft()
        }
    }

    @Test("a memory limit is visible in the container's cgroup, can be changed, and a program past it is killed")
    func memory() async throws {
        try await CoreFixture.with("bundle-memory") { fixture in
            var spec = fixture.shell("while :; do sleep 0.1; done")
            spec.resources.memoryBytes = 64 << 20
            let record = try await fixture.core.create(spec)
            try await fixture.core.start(record.id) {}
            #expect(try await fixture.core.statistics(record.id).memoryLimit == 64 << 20)
            var limits = ResourceLimits()
            limits.memoryBytes = 32 << 20
            try await fixture.core.updateResources(record.id, limits)
            let figures = try await fixture.core.statistics(record.id)
            #expect(figures.memoryLimit == 32 << 20)
            #expect(figures.processes >= 1 && figures.memoryBytes > 0 && figures.cpuNanoseconds > 0)
            #expect(await fixture.core.container(record.id)?.spec.resources.memoryBytes == 32 << 20)
            try await fixture.core.remove(record.id, force: true)

            // dd holds its whole block in memory.
            var greedy = fixture.spec(["/bin/dd", "if=/dev/zero", "of=/dev/null", "bs=100M", "count=1"])
            greedy.resources.memoryBytes = 16 << 20
            greedy.resources.memorySwapBytes = 16 << 20
            let killed = try await fixture.run(greedy)
            #expect(killed.exitCode == 137)
            #expect(killed.oomKilled)
        }
    }

    @Test("host name, hosts and resolver files are the container's own, and a mount of the client's wins over them")
    func etcFiles() async throws {
        try await CoreFixture.with("bundle-etc") { fixture in
            let mine = fixture.folder.appending("hosts")
            try await blocking { try Files.write(mine, Array("10.0.0.1 mine\n".utf8)) }
            var spec = fixture.shell("hostname; cat /etc/resolv.conf /etc/hosts /etc/hostname; echo $HOSTNAME")
            spec.hostname = "web-0"
            spec.etc = EtcFiles(
                resolvConf: "nameserver 10.0.0.2\n", hosts: "127.0.0.1 localhost\n", hostname: "web-0\n")
            spec.mounts = [MountSpec(source: mine, destination: "/etc/hosts")]
            let record = try await fixture.run(spec)
            #expect(try await fixture.output(record) == "web-0\nnameserver 10.0.0.2\n10.0.0.1 mine\nweb-0\nweb-0\n")
            #expect(record.hostsPath == "" && record.resolvConfPath != "" && record.hostnamePath != "")
        }
    }

    @Test("containers that share an IPC namespace share /dev/shm")
    func sharedMemory() async throws {
        try await CoreFixture.with("bundle-shm") { fixture in
            let first = try await fixture.core.create(fixture.shell("echo shared > /dev/shm/note; sleep 1000"))
            try await fixture.core.start(first.id) {}
            var spec = fixture.shell(
                "while ! test -s /dev/shm/note; do sleep 0.02; done; cat /dev/shm/note; df /dev/shm | wc -l")
            spec.namespaces.ipc = .container(first.id)
            spec.namespaces.pid = .container(first.id)
            #expect(try await fixture.output(ofRunning: spec) == "shared\n2\n")

            try await fixture.core.stop(first.id, grace: .zero)
            let late = try await fixture.core.create(spec)
            let error = await #expect(throws: OxbowError.self) { try await fixture.core.start(late.id) {} }
            #expect(error?.kind == .wrongState)
        }
    }

    @Test("the working directory is made when it is missing, and sysctls and limits are set")
    func details() async throws {
        try await CoreFixture.with("bundle-details") { fixture in
            var spec = fixture.shell(
                "pwd; cat /proc/sys/net/ipv4/ip_forward; ulimit -n; cat /sys/fs/cgroup/pids/pids.max")
            spec.process.workingDirectory = "/made/for/it"
            spec.sysctls = ["net.ipv4.ip_forward": "1"]
            spec.process.limits = [ProcessSpec.ResourceLimit(type: "nofile", soft: 321, hard: 400)]
            spec.resources.pidsLimit = 55
            let output = try await fixture.output(ofRunning: spec)
            #expect(output.hasPrefix("/made/for/it\n1\n321\n55"), "\(output)")
        }
    }

    @Test("Python runs under the default seccomp profile", .enabled(if: Files.exists("/usr/bin/python3")))
    func python() async throws {
        try await CoreFixture.with("bundle-python") { fixture in
            var spec = fixture.spec([
                "/usr/bin/python3", "-c",
                "import threading,subprocess,socket,tempfile,os;t=threading.Thread(target=lambda:print('thread'));t.start();t.join();"
                    + "print(subprocess.check_output(['/bin/echo','child']).decode(),end='');socket.socketpair();os.urandom(4);print('ok')",
            ])
            spec.mounts = ["/usr", "/lib", "/lib64"].filter(Files.exists).map {
                MountSpec(source: $0, destination: $0, readOnly: true)
            }
            let record = try await fixture.run(spec)
            #expect(try await fixture.output(record) == "thread\nchild\nok\n")
        }
    }
}
