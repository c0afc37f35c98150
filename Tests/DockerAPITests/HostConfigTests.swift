import DockerAPI
import Testing

@Suite struct HostConfigTests {
    /// What kubelet 1.20.2's dockershim sent for a sandbox (`traces/dockershim-1.20.2/one-pod.jsonl`), shortened names.
    static let recorded = """
        {"BlkioDeviceReadBps":null,"BlkioDeviceReadIOps":null,"BlkioDeviceWriteBps":null,"BlkioDeviceWriteIOps":null,\
        "AutoRemove":false,"Binds":null,"BlkioWeight":0,"BlkioWeightDevice":null,"CapAdd":null,"CapDrop":null,\
        "Capabilities":null,"Cgroup":"","CgroupParent":"/kubepods/besteffort/pod1","ConsoleSize":[0,0],\
        "ContainerIDFile":"","CpuCount":0,"CpuPercent":0,"CpuPeriod":0,"CpuQuota":0,"CpuRealtimePeriod":0,\
        "CpuRealtimeRuntime":0,"CpuShares":2,"CpusetCpus":"","CpusetMems":"","DeviceCgroupRules":null,\
        "DeviceRequests":null,"Devices":null,"Dns":null,"DnsOptions":null,"DnsSearch":null,"ExtraHosts":null,\
        "GroupAdd":null,"IOMaximumBandwidth":0,"IOMaximumIOps":0,"IpcMode":"shareable","Isolation":"",\
        "KernelMemory":0,"KernelMemoryTCP":0,"Links":null,"LogConfig":{"Config":null,"Type":""},\
        "MaskedPaths":null,"Memory":0,"MemoryReservation":0,"MemorySwap":0,"MemorySwappiness":null,"NanoCpus":0,\
        "NetworkMode":"none","OomKillDisable":null,"OomScoreAdj":-998,"PidMode":"","PidsLimit":null,\
        "PortBindings":{},"Privileged":false,"PublishAllPorts":false,"ReadonlyPaths":null,"ReadonlyRootfs":false,\
        "RestartPolicy":{"MaximumRetryCount":0,"Name":""},"SecurityOpt":["no-new-privileges"],"ShmSize":67108864,\
        "UTSMode":"","Ulimits":null,"UsernsMode":"","VolumeDriver":"","VolumesFrom":null}
        """

    @Test("written for 1.40, it has exactly the members that dockershim sent")
    func dockershim() throws {
        var config = HostConfig()
        config.networkMode = "none"
        config.portBindings = [:]
        config.ipcMode = "shareable"
        config.oomScoreAdj = -998
        config.securityOpt = ["no-new-privileges"]
        config.shmSize = 64 << 20
        config.resources.cpuShares = 2
        config.resources.cgroupParent = "/kubepods/besteffort/pod1"
        // Compared as sorted text of both, so that the recording's own order does not matter.
        let expected = try DockerJSON.text(try DockerJSON.decode(JSONValue.self, from: Self.recorded))
        #expect(try DockerJSON.text(config, version: .v1_40) == expected)
    }

    @Test("what was written is read back the same")
    func roundTrip() throws {
        let config = try DockerJSON.decode(HostConfig.self, from: Self.recorded)
        let text = try DockerJSON.text(config, version: .v1_41)
        #expect(try DockerJSON.decode(HostConfig.self, from: text) == config)
        #expect(!text.contains("Capabilities"))
        #expect(text.contains(#""CgroupnsMode":"""#))
    }

    @Test("kernel memory went away with 1.42")
    func kernelMemory() throws {
        #expect(try DockerJSON.text(HostConfig(), version: .v1_41).contains("KernelMemory"))
        #expect(!(try DockerJSON.text(HostConfig(), version: .v1_42).contains("KernelMemory")))
    }

    @Test("a published port may have a null list")
    func nullBindings() throws {
        let config = try DockerJSON.decode(
            HostConfig.self, from: #"{"PortBindings":{"80/tcp":null,"81/tcp":[{"HostPort":"8081"}]}}"#)
        #expect(config.portBindings?.count == 2)
        #expect(config.portBindings?["81/tcp"]??.first?.hostPort == "8081")
    }
}

/// Any JSON, kept as it is.
enum JSONValue: Codable {
    case null, bool(Bool), number(Double), text(String), list([JSONValue]), object([String: JSONValue])

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let bool = try? value.decode(Bool.self) {
            self = .bool(bool)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let list = try? value.decode([JSONValue].self) {
            self = .list(list)
        } else {
            self = .object(try value.decode([String: JSONValue].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .null: try value.encodeNil()
        case .bool(let bool): try value.encode(bool)
        case .number(let number): try value.encode(number)
        case .text(let text): try value.encode(text)
        case .list(let list): try value.encode(list)
        case .object(let object): try value.encode(object)
        }
    }
}
