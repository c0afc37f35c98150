import Linux

/// One stage's pod network: the real plugins, with a bridge, a subnet and leases of its own.
struct StageNetwork: Sendable {
    let number: UInt8
    let folder: String

    private var bridge: String { "oxbt\(number)" }
    var configurationFolder: String { folder + "/net.d" }
    /// Addresses in use are files here, named by the address.
    var leaseFolder: String { folder + "/leases" }

    /// What the daemon that attaches pods is started with.
    var options: [String] { ["--cni-conf-dir", configurationFolder] }

    func write() throws {
        try Files.makeFolders(configurationFolder)
        let text = """
            {"cniVersion": "0.4.0", "name": "behaviour-\(number)", "plugins": [
              {"type": "bridge", "bridge": "\(bridge)", "isGateway": true, "ipMasq": false, "hairpinMode": true,
               "ipam": {"type": "host-local", "dataDir": "\(leaseFolder)",
                        "ranges": [[{"subnet": "10.95.\(number).0/24"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
              {"type": "portmap", "capabilities": {"portMappings": true}, "snat": true}
            ]}
            """
        try Files.write(configurationFolder + "/10-pods.conflist", Array(text.utf8))
    }

    /// Takes away what the plugins leave; there is none when no pod had a network.
    func removeBridge() async throws {
        _ = try await Processes.shared.run(Command("ip", ["link", "delete", bridge]))
    }
}
