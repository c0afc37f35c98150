import CNI
import Core
import Faults
import Linux
import TestSupport
import Testing

@Suite(.enabled(if: Host.canRunContainers, "needs root, crun and conmon"), .timeLimit(.minutes(2)))
struct CoreNetworkTests {
    private func pod(_ fixture: CoreFixture, _ number: Int, releasedAtExit: Bool = false) -> ContainerSpec {
        var spec = fixture.spec(["/bin/sleep", "1000"], name: "pod-\(number)")
        let identity = PodIdentity(
            id: "\(fixture.networkName)-\(number)", namespace: "ns", name: "p\(number)", uid: "u")
        spec.network = .pod(NetworkRequest(pod: identity), releasedAtExit: releasedAtExit)
        return spec
    }

    @Test("a pod's container has its address, another joins its network, and stop gives the address back")
    func pod() async throws {
        try await CoreFixture.with("net-pod") { fixture in
            let record = try await fixture.core.create(pod(fixture, 1))
            try await fixture.core.start(record.id) {}
            let running = try #require(await fixture.core.container(record.id))
            let address = try #require(running.network?.addresses.first)
            #expect(address.hasPrefix("10.93.\(fixture.number)."))
            let inside = try await blocking {
                try NetworkNamespaces.addresses(of: "eth0", in: running.networkNamespace)
            }
            #expect(inside == [address])

            var member = fixture.shell("ip addr show eth0 | grep -c \(address)/")
            member.network = .container(record.id)
            #expect(try await fixture.output(ofRunning: member) == "1\n")

            try await fixture.core.stop(record.id, grace: .zero)
            let stopped = try #require(await fixture.core.container(record.id))
            #expect(stopped.network == nil && stopped.networkNamespace == "")
            let leases = fixture.leases
            #expect(try await blocking { try Files.entries(of: leases).filter { $0.hasPrefix("10.") } } == [])

            // Once more: a new namespace and a new address.
            try await fixture.core.start(record.id) {}
            #expect(await fixture.core.container(record.id)?.network != nil)
            for each in await fixture.core.containers() { try await fixture.core.remove(each.id, force: true) }
            try await fixture.expectNothingLeft()
        }
    }

    @Test("ten containers started at once have ten addresses, and nothing is left when they are removed at once")
    func many() async throws {
        try await CoreFixture.with("net-many") { fixture in
            let ids = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<10 {
                    group.addTask {
                        let record = try await fixture.core.create(pod(fixture, number))
                        try await fixture.core.start(record.id) {}
                        return record.id
                    }
                }
                return try await group.reduce(into: [String]()) { $0.append($1) }
            }
            let addresses = await fixture.core.containers().compactMap { $0.network?.addresses.first }
            #expect(Set(addresses).count == 10)
            try await withThrowingDiscardingTaskGroup { group in
                for id in ids { group.addTask { try await fixture.core.remove(id, force: true) } }
            }
            try await fixture.expectNothingLeft()
        }
    }

    @Test("a network released at exit is gone when the process is")
    func releasedAtExit() async throws {
        try await CoreFixture.with("net-exit") { fixture in
            let record = try await fixture.core.create(pod(fixture, 1, releasedAtExit: true))
            try await fixture.core.start(record.id) {}
            try await fixture.core.signal(record.id, 9)
            #expect(try await fixture.core.exit(of: record.id).exitCode == 137)
            try await waitFor { await fixture.core.container(record.id)?.networkNamespace == "" }
            let leases = fixture.leases
            #expect(try await blocking { try Files.entries(of: leases).filter { $0.hasPrefix("10.") } } == [])
        }
    }

    @Test("when the network cannot be attached the start is undone; when the program cannot run the network is")
    func undone() async throws {
        try await CoreFixture.with("net-undone") { fixture in
            var broken = pod(fixture, 1)
            broken.process.arguments = ["/bin/nonesuch"]
            let record = try await fixture.core.create(broken)
            await #expect(throws: OxbowError.self) { try await fixture.core.start(record.id) {} }
            let after = try #require(await fixture.core.container(record.id))
            #expect(after.state == .created && after.network == nil && after.networkNamespace == "")

            // Not a network configuration that any plugin accepts.
            let folder = fixture.folder.appending("net.d")
            try await blocking {
                try Files.makeFolders(folder)
                let text =
                    #"{"cniVersion":"0.4.0","name":"bad","plugins":[{"type":"bridge","ipam":{"type":"nonesuch"}}]}"#
                try Files.write(folder + "/10-bad.conflist", Array(text.utf8))
            }
            let second = try await fixture.core.create(pod(fixture, 2))
            let error = await #expect(throws: OxbowError.self) { try await fixture.core.start(second.id) {} }
            #expect(error?.message.contains("network") == true)
            #expect(await fixture.core.container(second.id)?.state == .created)
            try await blocking { try Files.removeTree(folder) }
            // Mended, it starts.
            try await fixture.core.start(second.id) {}
            for id in [record.id, second.id] { try await fixture.core.remove(id, force: true) }
            try await fixture.expectNothingLeft()
        }
    }
}
