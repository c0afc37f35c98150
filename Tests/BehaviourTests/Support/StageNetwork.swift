import Linux

/// One stage's pod network: the real plugins, with a bridge, a subnet of each family and leases of its own.
struct StageNetwork: Sendable {
    let number: UInt8
    let folder: String

    private var bridge: String { "oxbt\(number)" }
    var configurationFolder: String { folder + "/net.d" }
    /// Addresses in use are files here, named by the address.
    var leaseFolder: String { folder + "/leases" }

    /// Pods whose names begin with this get as far as the last plugin, which refuses them.
    static let refusedName = "cni-refused"

    private var programFolder: String { folder + "/bin" }

    /// What the daemon that attaches pods is started with.
    var options: [String] {
        ["--cni-conf-dir", configurationFolder, "--cni-bin-dir", "/usr/lib/cni", "--cni-bin-dir", programFolder]
    }

    func write() throws {
        try Files.makeFolders(configurationFolder)
        let text = """
            {"cniVersion": "0.4.0", "name": "behaviour-\(number)", "plugins": [
              {"type": "bridge", "bridge": "\(bridge)", "isGateway": true, "ipMasq": false, "hairpinMode": true,
               "ipam": {"type": "host-local", "dataDir": "\(leaseFolder)",
                        "ranges": [[{"subnet": "10.95.\(number).0/24"}], [{"subnet": "fd95:0:0:\(number)::/64"}]],
                        "routes": [{"dst": "0.0.0.0/0"}, {"dst": "::/0"}]}},
              {"type": "portmap", "capabilities": {"portMappings": true}, "snat": true},
              {"type": "refuse"}
            ]}
            """
        // One that says nothing changes nothing.
        let refuse = """
            #!/bin/sh
            case "$CNI_COMMAND $CNI_ARGS" in
            "ADD "*K8S_POD_NAME=\(Self.refusedName)*) echo '{"code": 100, "msg": "refused by the last plugin"}'; exit 1;;
            esac
            """
        try Files.makeFolders(programFolder)
        try Files.write(programFolder + "/refuse", Array(refuse.utf8), mode: 0o755)
        try Files.write(configurationFolder + "/10-pods.conflist", Array(text.utf8))
    }

    /// Takes away what the plugins leave; there is none when no pod had a network.
    func removeBridge() async throws {
        _ = try await Processes.shared.run(Command("ip", ["link", "delete", bridge]))
    }
}
