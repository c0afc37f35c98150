import CNI
import Core
import DockerAPI
import Faults
import OCI
import Testing

@testable import Engine

@Suite struct CreatePlanTests {
    static let host = HostTraits(
        hostname: "node", cpus: 2, cgroupVersion: 1, hasAppArmor: false, hasSELinux: false,
        runtimes: ["crun": "/usr/bin/crun"], defaultRuntime: "crun",
        resolvConf: "nameserver 127.0.0.53\nsearch example.org\n", hasInit: true)
    static let id = "abcdef012345" + String(repeating: "0", count: 52)

    private func make(
        _ json: String, version: APIVersion = .v1_41, image: ImageConfig = ImageConfig(command: ["sh"]),
        containers: [ContainerRecord] = [], documents: [String: ContainerDocument] = [:], host: HostTraits = host
    ) throws -> CreatePlan.Result {
        var record = try EngineFixture.busybox()
        record.config = image
        var plan = CreatePlan(
            id: Self.id, name: "one", request: try DockerJSON.decode(ContainerCreateRequest.self, from: json),
            image: record, version: version, host: host, containers: containers,
            document: { documents[$0.id] ?? ContainerDocument(describing: $0.spec) },
            publishing: PortPublishing(probe: { _, port in port == 0 ? 40000 : port }, taken: []),
            exists: { $0 != "/missing" }, initProgram: "/usr/bin/catatonit")
        return try plan.make()
    }

    private func refusal(_ json: String, host: HostTraits = host) -> String {
        do {
            _ = try make(json, host: host)
            return "accepted"
        } catch {
            return (error as? OxbowError)?.message ?? "\(error)"
        }
    }

    @Test("defaults are Docker's")
    func defaults() throws {
        let made = try make(#"{"Image":"busybox"}"#)
        #expect(made.spec.hostname == "abcdef012345")
        #expect(made.document.config.hostname == "abcdef012345")
        #expect(made.document.hostConfig.networkMode == "default")
        #expect(made.document.hostConfig.ipcMode == "private")
        #expect(made.document.hostConfig.cgroupnsMode == "host")
        #expect(made.document.hostConfig.logConfig == LogConfig(type: "json-file"))
        #expect(made.document.hostConfig.runtime == "crun")
        #expect(made.spec.shmBytes == 64 << 20)
        #expect(made.spec.maskedPaths == HostConfig.defaultMaskedPaths)
        #expect(made.spec.seccomp == .runtimeDefault)
        #expect(made.spec.namespaces.cgroup == .host)
        #expect(made.spec.process.workingDirectory == "/")
        #expect(made.spec.etc.hostname == "abcdef012345\n")
        #expect(made.spec.etc.resolvConf == "nameserver 8.8.8.8\nnameserver 8.8.4.4\nsearch example.org\n")
        #expect(
            try make(#"{"Image":"busybox"}"#, version: APIVersion(1, 39)).document.hostConfig.ipcMode == "shareable")
    }

    @Test("the image fills in what the client left open")
    func imageMerge() throws {
        let image = ImageConfig(
            user: "app", environment: ["A=image", "B=image", "C=image"], entrypoint: ["/entry"], command: ["serve"],
            workingDirectory: "/srv", labels: ["x": "image", "y": "image"], exposedPorts: ["80/tcp"],
            stopSignal: "SIGINT")
        let plain = try make(#"{"Image":"i"}"#, image: image).spec
        #expect(plain.process.arguments == ["/entry", "serve"])
        #expect(plain.process.user == .text("app"))
        #expect(plain.process.workingDirectory == "/srv")
        #expect(plain.stopSignal == 2)

        let own = try make(
            #"{"Image":"i","Env":["A=own","B","D=own"],"Cmd":["x"],"Labels":{"x":"own"},"User":"1:2"}"#, image: image)
        #expect(own.spec.process.arguments == ["/entry", "x"])
        let environment = Set(own.spec.process.environment)
        #expect(environment.isSuperset(of: ["A=own", "C=image", "D=own", "HOSTNAME=abcdef012345"]))
        #expect(!environment.contains { $0.hasPrefix("B") })
        #expect(own.spec.labels == ["x": "own", "y": "image"])

        #expect(try make(#"{"Image":"i","Entrypoint":["/own"]}"#, image: image).spec.process.arguments == ["/own"])
        #expect(try make(#"{"Image":"i","Entrypoint":[""],"Cmd":["c"]}"#, image: image).spec.process.arguments == ["c"])
        #expect(throws: OxbowError.self) { try make(#"{"Image":"i"}"#, image: ImageConfig()) }
    }

    @Test("what dockershim asks for a sandbox comes out as the core's words")
    func sandbox() throws {
        let made = try make(
            """
            {"Hostname":"pod","Image":"pause","HostConfig":{"NetworkMode":"none","IpcMode":"shareable","OomScoreAdj":-998,
            "SecurityOpt":["no-new-privileges"],"CpuShares":2,"CgroupParent":"/kubepods/pod1","ShmSize":67108864,
            "PortBindings":{},"Sysctls":{"net.core.somaxconn":"10"},"GroupAdd":["5"]}}
            """)
        #expect(made.spec.network == .none)
        #expect(made.spec.namespaces.ipc == .own)
        #expect(made.spec.hostname == "pod")
        #expect(made.spec.process.oomScoreAdj == -998)
        #expect(made.spec.process.noNewPrivileges)
        #expect(made.spec.process.additionalGroups == [5])
        #expect(made.spec.cgroupParent == "/kubepods/pod1")
        #expect(made.spec.resources.cpuShares == 2)
        #expect(made.spec.sysctls == ["net.core.somaxconn": "10"])
        #expect(made.warnings.isEmpty)
    }

    @Test("a container in another's network sees that one's files and name, but for what the client mounts itself")
    func joined() throws {
        let image = try EngineFixture.busybox().id
        var peer = ContainerRecord(
            id: String(repeating: "b", count: 64),
            spec: ContainerSpec(image: image, process: ProcessSpec(), hostname: "pod"),
            state: .running, overlay: OverlayPaths())
        (peer.resolvConfPath, peer.hostsPath, peer.hostnamePath) = ("/p/resolv.conf", "/p/hosts", "/p/hostname")
        var lender = ContainerDocument()
        lender.hostConfig.ipcMode = "shareable"
        lender.config.hostname = "pod"
        let mode = "container:\(peer.id)"
        let json = """
            {"Image":"i","HostConfig":{"NetworkMode":"\(mode)","IpcMode":"\(mode)","PidMode":"\(mode)",
            "Binds":["/k/etc-hosts:/etc/hosts","/v:/data:ro,rslave"]}}
            """
        let made = try make(json, containers: [peer], documents: [peer.id: lender])
        #expect(made.spec.network == .container(peer.id))
        #expect(made.spec.namespaces.ipc == .container(peer.id))
        #expect(made.spec.namespaces.pid == .container(peer.id))
        #expect(made.spec.hostname == "pod")
        #expect(made.document.config.hostname == "pod")
        #expect(made.spec.etc.hosts == nil && made.spec.etc.resolvConf == nil)
        let sources = Dictionary(uniqueKeysWithValues: made.spec.mounts.map { ($0.destination, $0.source) })
        #expect(
            sources == [
                "/etc/resolv.conf": "/p/resolv.conf", "/etc/hostname": "/p/hostname", "/etc/hosts": "/k/etc-hosts",
                "/data": "/v",
            ])
        #expect(made.document.mountPoints.map(\.destination) == ["/etc/hosts", "/data"])

        lender.hostConfig.ipcMode = "private"
        #expect(throws: OxbowError.self) { try make(json, containers: [peer], documents: [peer.id: lender]) }
        #expect(throws: OxbowError.self) { try make(json) }
    }

    @Test("binds have options, and make their source")
    func binds() throws {
        let made = try make(#"{"Image":"i","HostConfig":{"Binds":["/a:/b","/c:/d:ro","/e:/f:rw,rshared","/g:/h/:z"]}}"#)
        #expect(
            made.spec.mounts == [
                MountSpec(source: "/a", destination: "/b", createSource: true),
                MountSpec(source: "/c", destination: "/d", readOnly: true, createSource: true),
                MountSpec(source: "/e", destination: "/f", propagation: .rshared, createSource: true),
                MountSpec(source: "/g", destination: "/h", createSource: true),
            ])
        #expect(made.document.mountPoints[1].mode == "ro")
        #expect(made.document.mountPoints[1].rw == false)
    }

    @Test("typed mounts need their source, unless it is to be made")
    func typedMounts() throws {
        let bind = #"{"Type":"bind","Source":"/missing","Target":"/b","BindOptions":{"CreateMountpoint":true}}"#
        let json = #"{"Image":"i","HostConfig":{"Mounts":[\#(bind)]}}"#
        #expect(try make(json, version: .v1_42).spec.mounts[0].createSource)
        // The member came with 1.42.
        #expect(throws: OxbowError.self) { try make(json, version: .v1_41) }
        let tmpfs = try make(
            #"{"Image":"i","HostConfig":{"Mounts":[{"Type":"tmpfs","Target":"/t","TmpfsOptions":{"SizeBytes":1024,"Mode":1023}}],"Tmpfs":{"/u":"exec,size=1m"}}}"#
        ).spec.mounts
        #expect(tmpfs[0].options == ["noexec", "nosuid", "nodev", "size=1024", "mode=1777"])
        #expect(tmpfs[1].options == ["nosuid", "nodev", "exec", "size=1m"])
    }

    @Test(
        "what contradicts itself is refused in Docker's words",
        arguments: [
            (
                #"{"Image":"i","WorkingDir":"x"}"#,
                "the working directory 'x' is invalid, it needs to be an absolute path"
            ),
            (#"{"Image":"i","Env":["=x"]}"#, "invalid environment variable: =x"),
            (#"{"Image":"i","StopSignal":"FOO"}"#, "Invalid signal: FOO"),
            (#"{"Image":"i","HostConfig":{"Memory":1048576}}"#, "Minimum memory limit allowed is 6MB"),
            (
                #"{"Image":"i","HostConfig":{"NanoCpus":3000000000}}"#,
                "Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available"
            ),
            (
                #"{"Image":"i","HostConfig":{"AutoRemove":true,"RestartPolicy":{"Name":"always"}}}"#,
                "can't create 'AutoRemove' container with restart policy"
            ),
            (#"{"Image":"i","HostConfig":{"RestartPolicy":{"Name":"zork"}}}"#, "invalid restart policy 'zork'"),
            (#"{"Image":"i","HostConfig":{"CapAdd":["FOO"]}}"#, "invalid CapAdd: unknown capability: \"CAP_FOO\""),
            (#"{"Image":"i","HostConfig":{"SecurityOpt":["x"]}}"#, "invalid --security-opt 1: \"x\""),
            (#"{"Image":"i","HostConfig":{"SecurityOpt":["x=y"]}}"#, "invalid --security-opt 2: \"x=y\""),
            (
                #"{"Image":"i","HostConfig":{"LogConfig":{"Type":"asdf"}}}"#,
                "logger: no log driver named 'asdf' is registered"
            ),
            (#"{"Image":"i","HostConfig":{"Runtime":"x"}}"#, "Unknown runtime specified x"),
            (
                #"{"Image":"i","HostConfig":{"Binds":["/a:/"]}}"#,
                "invalid volume specification: '/a:/': invalid specification: destination can't be '/'"
            ),
            (#"{"Image":"i","HostConfig":{"Binds":["/a:/b","/c:/b/"]}}"#, "Duplicate mount point: /b"),
            (#"{"Image":"i","HostConfig":{"Binds":["/a:/b:bogus"]}}"#, "invalid mode: bogus"),
            (
                #"{"Image":"i","HostConfig":{"Mounts":[{"Type":"bind","Source":"/missing","Target":"/b"}]}}"#,
                "invalid mount config for type \"bind\": bind source path does not exist: /missing"
            ),
            (
                #"{"Image":"i","HostConfig":{"NetworkMode":"container:x","PortBindings":{"80/tcp":[]}}}"#,
                "conflicting options: port publishing and the container type network mode"
            ),
            (
                #"{"Image":"i","Hostname":"h","HostConfig":{"NetworkMode":"container:x"}}"#,
                "conflicting options: hostname and the network mode"
            ),
            (#"{"Image":"i","HostConfig":{"PortBindings":{"x/tcp":[]}}}"#, "invalid port specification: \"x/tcp\""),
            (#"{"Image":"i","HostConfig":{"ExtraHosts":["a"]}}"#, "bad format for add-host: \"a\""),
            (#"{"Image":"i","HostConfig":{"ExtraHosts":["a:b"]}}"#, "invalid IP address in add-host: \"b\""),
            (#"{"Image":"i","HostConfig":{"PidMode":"x"}}"#, "invalid PID mode: x"),
        ])
    func contradictions(_ json: String, _ words: String) {
        #expect(refusal(json) == words)
    }

    @Test(
        "what this engine does not do is refused, not passed over",
        arguments: [
            #"{"Image":"i","Volumes":{"/v":{}}}"#, #"{"Image":"i","HostConfig":{"Binds":["name:/v"]}}"#,
            #"{"Image":"i","HostConfig":{"VolumesFrom":["x"]}}"#, #"{"Image":"i","HostConfig":{"NetworkMode":"mine"}}"#,
            #"{"Image":"i","HostConfig":{"UsernsMode":"private"}}"#,
            #"{"Image":"i","HostConfig":{"GroupAdd":["wheel"]}}"#,
            #"{"Image":"i","HostConfig":{"Mounts":[{"Type":"volume","Target":"/v"}]}}"#,
            #"{"Image":"i","HostConfig":{"DeviceRequests":[{"Count":-1}]}}"#,
        ])
    func unsupported(_ json: String) {
        let failure = #expect(throws: OxbowError.self) { try make(json) }
        #expect(failure?.kind == .unsupported)
        #expect(failure?.message.contains("supported") == true)
    }

    @Test("limits come out as the core's, and NanoCpus as a quota")
    func limits() throws {
        let limits = try make(
            #"{"Image":"i","HostConfig":{"NanoCpus":1500000000,"Memory":67108864,"CpusetCpus":"0","PidsLimit":0,"OomKillDisable":false}}"#
        ).spec.resources
        #expect(limits.cpuQuota == 150_000)
        #expect(limits.cpuPeriod == 100_000)
        #expect(limits.memoryBytes == 64 << 20)
        #expect(limits.memorySwapBytes == 128 << 20)
        #expect(limits.cpusetCPUs == "0")
        #expect(limits.pidsLimit == nil)
        #expect(limits.oomKillDisable == nil)
    }

    @Test("privileged means no masks, no filter, and every device the core gives")
    func privileged() throws {
        let spec = try make(#"{"Image":"i","HostConfig":{"Privileged":true}}"#).spec
        #expect(spec.privileged)
        #expect(spec.maskedPaths.isEmpty && spec.readOnlyPaths.isEmpty)
        #expect(spec.seccomp == .unconfined)
        let masked = try make(#"{"Image":"i","HostConfig":{"MaskedPaths":[],"ReadonlyPaths":["/p"]}}"#).spec
        #expect(masked.maskedPaths.isEmpty)
        #expect(masked.readOnlyPaths == ["/p"])
    }

    @Test("security options are read in both spellings")
    func securityOptions() throws {
        let options = try SecurityOptions([
            "seccomp=unconfined", "apparmor=x", "label=user:u", "label:level:s0:c1,c2", "no-new-privileges:true",
        ])
        #expect(options.seccomp == .unconfined)
        #expect(options.appArmor == "x")
        #expect(options.label == "u:system_r:container_t:s0:c1,c2")
        #expect(options.noNewPrivileges)
        #expect(
            try SecurityOptions([#"seccomp={"defaultAction":"SCMP_ACT_ALLOW"}"#]).seccomp
                == .profile(#"{"defaultAction":"SCMP_ACT_ALLOW"}"#))
        #expect(try SecurityOptions(["label=disable", "label=user:u"]).label == "")
    }

    @Test("ports are published, ephemeral ones chosen")
    func ports() throws {
        var next: UInt16 = 40000
        var publishing = PortPublishing(
            probe: { _, port in
                guard port == 0 else { return port == 8001 ? nil : port }
                next += 1
                return next
            }, taken: [.init(transport: .tcp, hostPort: 40001), .init(transport: .tcp, hostPort: 8000)])
        let host = try DockerJSON.decode(
            HostConfig.self,
            from: """
                {"PortBindings":{"80/tcp":[{"HostIp":"127.0.0.1","HostPort":"8080"}],"81":[{"HostPort":""}],
                "82/udp":[{"HostPort":"8000-8005"}],"83/tcp":[{"HostPort":"8000-8005"}]},"PublishAllPorts":true}
                """)
        let mappings = try publishing.mappings(of: host, exposed: ["80/tcp": GoEmpty(), "90/tcp": GoEmpty()])
        #expect(
            mappings.map { "\($0.transport) \($0.hostIP):\($0.hostPort)>\($0.containerPort)" } == [
                "tcp 127.0.0.1:8080>80", "tcp :40002>81", "udp :8000>82", "tcp :8002>83", "tcp :40003>90",
            ])
    }

    @Test("a port that another running container publishes is not free")
    func portClaims() throws {
        func record(_ id: String, hostIP: String, state: ContainerRecord.State) throws -> ContainerRecord {
            let request = NetworkRequest(
                pod: PodIdentity(id: id, namespace: "", name: id, uid: ""),
                portMappings: [PortMapping(transport: .tcp, containerPort: 80, hostPort: 8080, hostIP: hostIP)])
            let spec = ContainerSpec(
                name: id, image: try EngineFixture.busybox().id, process: ProcessSpec(),
                network: .pod(request, releasedAtExit: true))
            return ContainerRecord(id: id, spec: spec, state: state, overlay: OverlayPaths())
        }
        let one = try record("one", hostIP: "", state: .created)
        let free: (PortMapping.TransportProtocol, UInt16) throws(OxbowError) -> UInt16? = { _, port in port }
        #expect(
            try PortClaims.conflict(
                of: one, running: [try record("two", hostIP: "127.0.0.1", state: .running)], probe: free) != nil)
        #expect(
            try PortClaims.conflict(
                of: one, running: [try record("two", hostIP: "", state: .exited), one], probe: free) == nil)
        #expect(
            try PortClaims.conflict(of: one, running: [], probe: { _, _ in nil })
                == "driver failed programming external connectivity on endpoint one (one): Bind for 0.0.0.0:8080 failed: "
                + "port is already allocated")
    }

    @Test("the init program stands in front and is mounted")
    func initProgram() throws {
        let spec = try make(#"{"Image":"i","Cmd":["a"],"HostConfig":{"Init":true}}"#).spec
        #expect(spec.process.arguments == ["/sbin/docker-init", "--", "a"])
        #expect(
            spec.mounts == [MountSpec(source: "/usr/bin/catatonit", destination: "/sbin/docker-init", readOnly: true)])
        var host = Self.host
        host.hasInit = false
        #expect(refusal(#"{"Image":"i","HostConfig":{"Init":true}}"#, host: host).contains("not supported"))
    }

    @Test("on the host's network the names are the host's")
    func hostNetwork() throws {
        let made = try make(#"{"Image":"i","HostConfig":{"NetworkMode":"host","PortBindings":{"80/tcp":[]}}}"#)
        #expect(made.spec.network == .host)
        #expect(made.spec.hostname == "node")
        #expect(made.spec.etc.resolvConf?.contains("127.0.0.53") == true)
        #expect(made.warnings == ["Published ports are discarded when using host network mode"])
        #expect(try make(#"{"Image":"i","HostConfig":{"NetworkMode":"host","UTSMode":"host"}}"#).spec.hostname == "")
    }

    @Test("log options are json-file's, and none keeps nothing")
    func logs() throws {
        func config(_ options: String) -> String {
            #"{"Image":"i","HostConfig":{"LogConfig":{"Type":"json-file","Config":{\#(options)}}}}"#
        }
        let made = try make(config(#""max-size":"10m","max-file":"3""#))
        let options = LogOptions(of: made.document)
        #expect(options.maximumBytes == 10 << 20 && options.files == 3)
        // The monitor's own file is never cut: what it lost could not be transcribed.
        #expect(made.spec.log.maximumBytes == nil)
        #expect(refusal(config(#""max-file":"0""#)) == "max-file cannot be less than 1")
        #expect(refusal(config(#""max-size":"x""#)) == "invalid size: 'x'")
        #expect(refusal(config(#""colour":"red""#)) == "unknown log opt 'colour' for json-file log driver")
        #expect(try make(#"{"Image":"i","HostConfig":{"LogConfig":{"Type":"none"}}}"#).spec.log.enabled == false)
        #expect(ByteSize(parsing: "1gb")?.count == 1 << 30)
        #expect(ByteSize(parsing: "9999999999999t") == nil)
    }

    @Test("the hosts file names the container and what the client adds")
    func hosts() {
        let text = EtcText.hosts(
            hostname: "web", domainname: "example.org", addresses: ["10.0.0.2"],
            extra: ["db:10.0.0.9", "gw:host-gateway"],
            gateway: "10.0.0.1")
        #expect(text.hasPrefix("127.0.0.1\tlocalhost\n"))
        #expect(text.hasSuffix("10.0.0.9\tdb\n10.0.0.1\tgw\n10.0.0.2\tweb.example.org web\n"))
    }
}
