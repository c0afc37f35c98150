import CNI
import Faults
import Glibc
import Linux
import Testing

/// Real plugin programs in real namespaces. Nothing may be left: no lease, no interface, no packet filter chain.
@Suite("Pod networks through the real CNI plugins", .serialized, .enabled(if: getuid() == 0, "needs root"))
struct CNIPluginTests {
    private let host = CNITestHost()

    private let web = PortMapping(transport: .tcp, containerPort: 80, hostPort: 38_080)

    @Test("a namespace gets an address and gives it back, and detaching twice is fine", arguments: ["0.4.0", "1.0.0"])
    func attachAndDetach(version: String) async throws {
        try await host.use { host in
            let network = host.network(version: version)
            #expect(await network.problem() == nil)
            let path = try host.namespace("one")
            let request = host.request("attach", ports: [web])
            let result = try await network.attach(request, namespacePath: path)
            #expect(result.addresses.first?.hasPrefix("10.88.7.") == true)
            #expect(result.addresses.count == 1)
            #expect(result.gateway == "10.88.7.1")
            #expect(result.prefixLength == 24)
            #expect(result.macAddress.split(separator: ":").count == 6)
            #expect(try NetworkNamespaces.addresses(of: "eth0", in: path) == result.addresses)
            #expect(host.leases() == result.addresses)
            #expect(try await host.filterRules().contains { $0.contains("dport 38080") })
            for _ in 1...2 { try await network.detach(request, namespacePath: path) }
            #expect(try NetworkNamespaces.addresses(of: "eth0", in: path).isEmpty)
            #expect(try await host.remains() == [])
        }
    }

    @Test("a mapped port of this host leads to the pod's listener")
    func portMapping() async throws {
        try await host.use { host in
            let path = try host.namespace("one")
            let request = host.request("ports", ports: [web])
            _ = try await host.network().attach(request, namespacePath: path)
            let listener = try await Processes.shared.start(
                Command(
                    "nsenter", ["--net=\(path)", "/bin/busybox", "nc", "-ll", "-p", "80", "-e", "/bin/echo", "here"]))
            var answer = ""
            for _ in 1...100 where answer.isEmpty {
                // Refused until the listener is there.
                let client = Command("/bin/busybox", ["nc", "-w", "2", "127.0.0.1", "\(web.hostPort)"])
                answer = String(decoding: try await Processes.shared.run(client).output, as: UTF8.self)
                if answer.isEmpty { try await Task.sleep(for: .milliseconds(20)) }
            }
            #expect(answer == "here\n")
            try Signals.send(SIGKILL, to: listener)
            _ = await Processes.shared.wait(for: listener)
            try await host.network().detach(request, namespacePath: path)
            #expect(try await host.remains() == [])
        }
    }

    @Test("everything is given back when the namespace is already gone, even without the cached result")
    func namespaceGone() async throws {
        try await host.use { host in
            let path = try host.namespace("one")
            let network = host.network()
            let request = host.request("gone", ports: [web])
            _ = try await network.attach(request, namespacePath: path)
            try NetworkNamespaces.delete(path)
            try Files.removeTree(host.cache)
            try await network.detach(request, namespacePath: path)
            #expect(try await host.remains() == [])
        }
    }

    @Test("plugins of a daemon that died are ended before a pod that was never attached is detached")
    func strays() async throws {
        try await host.use { host in
            let path = try host.namespace("one")
            let request = host.request("stray")
            let stray = try await Processes.shared.start(
                Command("/bin/sleep", ["1000"], environment: ["CNI_CONTAINERID=\(request.pod.id)"]))
            let other = try await Processes.shared.start(
                Command("/bin/sleep", ["1000"], environment: ["CNI_CONTAINERID=\(request.pod.id)0"]))
            try await host.network().detach(request, namespacePath: path)
            #expect(await Processes.shared.wait(for: stray) == .signalled(SIGKILL))
            #expect(ProcessFacts.read(other) != nil)
            try Signals.send(SIGKILL, to: other)
            _ = await Processes.shared.wait(for: other)
            #expect(try await host.remains() == [])
        }
    }

    @Test("what the first plugin did is taken back when a later one fails, and its words are passed on")
    func failedAttach() async throws {
        try await host.use { host in
            let path = try host.namespace("one")
            let network = host.network(further: #"{"type": "tuning", "sysctl": {"net.ipv4.no.such": "1"}}"#)
            let failure = await #expect(throws: OxbowError.self) {
                try await network.attach(host.request("bad"), namespacePath: path)
            }
            #expect(failure?.kind == .ours)
            #expect(failure?.message.hasPrefix("network: plugin tuning failed to ADD: ") == true)
            #expect(failure?.message.contains("no/such") == true)
            #expect(try NetworkNamespaces.addresses(of: "eth0", in: path).isEmpty)
            #expect(try await host.remains() == [])
        }
    }

    @Test("a cancelled attach leaves nothing, at whatever moment it is cancelled", arguments: [0, 5, 15, 30, 60])
    func cancelledAttach(milliseconds: Int) async throws {
        try await host.use { host in
            let path = try host.namespace("one")
            let network = host.network()
            let request = host.request("cancelled", ports: [web])
            let attached = try await withThrowingTaskGroup(of: NetworkResult?.self) { group in
                group.addTask {
                    do { return try await network.attach(request, namespacePath: path) } catch let error as OxbowError {
                        #expect(error.kind == .cancelled)
                        return nil
                    }
                }
                try await Task.sleep(for: .milliseconds(milliseconds))
                group.cancelAll()
                return try await group.next() ?? nil
            }
            // It may have been quicker than the cancellation.
            if attached != nil { try await network.detach(request, namespacePath: path) }
            #expect(try await host.remains() == [])
        }
    }

    @Test("pods that are attached at the same time get different addresses")
    func concurrently() async throws {
        try await host.use { host in
            let network = host.network()
            let names = (1...6).map { "pod\($0)" }
            let paths = try names.map { try host.namespace($0) }
            let addresses = try await withThrowingTaskGroup(of: [String].self) { group in
                for (name, path) in zip(names, paths) {
                    group.addTask {
                        try await network.attach(host.request(name), namespacePath: path).addresses
                    }
                }
                return try await group.reduce(into: Set<String>()) { $0.formUnion($1) }
            }
            #expect(addresses.count == names.count)
            try await withThrowingTaskGroup { group in
                for (name, path) in zip(names, paths) {
                    group.addTask { try await network.detach(host.request(name), namespacePath: path) }
                }
                try await group.waitForAll()
            }
            #expect(try await host.remains() == [])
        }
    }

    @Test("detaching what was never attached is fine, with and without a network")
    func neverAttached() async throws {
        try await host.use { host in
            try await host.network().detach(host.request("never"), namespacePath: "")
            let none = PluginNetwork(
                .init(configurationFolder: host.root + "/none", cacheFolder: host.cache, fallback: nil))
            #expect(await none.problem() == "cni config uninitialized")
            try await none.detach(host.request("never"), namespacePath: "")
            let failure = await #expect(throws: OxbowError.self) {
                try await none.attach(host.request("never"), namespacePath: "")
            }
            #expect(failure?.kind == .runtimeDown)
        }
    }
}
