import Testing

@testable import CNI

@Suite("CNI configurations and what plugins are told")
struct NetworkListTests {
    private let list = """
        {"cniVersion":"0.4.0","name":"net","plugins":[
          {"type":"bridge","bridge":"b0"},
          {"type":"portmap","capabilities":{"portMappings":true,"bandwidth":false}},
          {"type":"bandwidth","capabilities":{"bandwidth":true}}]}
        """
    private let pod = PodIdentity(id: "abc", namespace: "ns", name: "web", uid: "u-1")

    private func parsed(_ text: String, as form: NetworkList.Form = .list) throws -> NetworkList {
        try NetworkList(parsing: Array(text.utf8), as: form)
    }

    @Test("a list and a single plugin's document are both understood")
    func parsing() throws {
        #expect(try parsed(list).plugins.map(\.type) == ["bridge", "portmap", "bandwidth"])
        #expect(try parsed(list).plugins[1].capabilities == ["portMappings"])
        let single = try parsed(#"{"name":"one","type":"ptp"}"#, as: .single)
        #expect(single.version == "0.2.0")
        #expect(single.plugins.map(\.type) == ["ptp"])
    }

    @Test(
        "what is no configuration is refused with its reason",
        arguments: [
            ("{", .single, "not a JSON document"), (#"{"type":"x"}"#, .single, "no name"),
            (#"{"name":"n"}"#, .single, "a plugin without a type"),
            (#"{"name":"n","plugins":[{"type":"x"}]}"#, .single, "a plugin without a type"),
            (#"{"name":"n","type":"x"}"#, .list, "no plugins"), (#"{"name":"n","plugins":[]}"#, .list, "no plugins"),
            (#"{"name":"n","plugins":[{"name":"x"}]}"#, .list, "a plugin without a type"),
            (#"{"name":"n","type":"../evil"}"#, .single, "a plugin without a type"), ("[]", .list, "no name"),
        ] as [(String, NetworkList.Form, String)])
    func malformed(text: String, form: NetworkList.Form, reason: String) {
        #expect(throws: NetworkList.Malformed(reason: reason)) { try parsed(text, as: form) }
    }

    @Test(
        "plugins get the result of ADD with DEL from version 0.4.0 on",
        arguments: [("0.2.0", false), ("0.3.1", false), ("0.4.0", true), ("1.0.0", true), ("1.1", true), ("", false)])
    func resultWithDelete(version: String, passes: Bool) throws {
        let network = try parsed(#"{"cniVersion":"\#(version)","name":"n","type":"x"}"#, as: .single)
        #expect(network.passesResultToDelete == passes)
    }

    @Test("a plugin gets the arguments its capabilities ask for, and the result so far")
    func input() throws {
        let network = try parsed(list)
        let request = NetworkRequest(
            pod: pod,
            portMappings: [
                PortMapping(transport: .udp, containerPort: 53, hostPort: 5353, hostIP: "127.0.0.1"),
                PortMapping(transport: .tcp, containerPort: 80, hostPort: 0),
            ], ingressBandwidth: 1000)
        let first = network.input(for: network.plugins[0], request, previous: nil)
        #expect(first["name"] == .string("net"))
        #expect(first["bridge"] == .string("b0"))
        #expect(first["runtimeConfig"] == nil)
        #expect(first["prevResult"] == nil)
        let second = network.input(for: network.plugins[1], request, previous: .object(["ips": .array([])]))
        #expect(second["prevResult"] == .object(["ips": .array([])]))
        #expect(second["capabilities"] == nil)
        let mapping = JSONValue.object([
            "hostPort": .number(5353), "containerPort": .number(53), "protocol": .string("udp"),
            "hostIP": .string("127.0.0.1"),
        ])
        #expect(second["runtimeConfig"] == .object(["portMappings": .array([mapping])]))
        let third = network.input(for: network.plugins[2], request, previous: nil)
        #expect(third["runtimeConfig"]?["bandwidth"]?["ingressRate"] == .number(1000))
    }

    @Test("portmap runs only when there is a port to map")
    func portmap() throws {
        let network = try parsed(list)
        #expect(!network.hasWork(for: network.plugins[1], NetworkRequest(pod: pod)))
        let mapped = NetworkRequest(
            pod: pod, portMappings: [PortMapping(transport: .tcp, containerPort: 1, hostPort: 2)])
        #expect(network.hasWork(for: network.plugins[1], mapped))
    }

    @Test("CNI_ARGS names the pod")
    func arguments() {
        #expect(
            NetworkRequest(pod: pod).arguments
                == "IgnoreUnknown=1;K8S_POD_NAMESPACE=ns;K8S_POD_NAME=web;K8S_POD_INFRA_CONTAINER_ID=abc;K8S_POD_UID=u-1"
        )
    }

    @Test("results of both generations are read, IPv4 first")
    func results() {
        let modern = JSONValue.object([
            "interfaces": .array([
                .object(["name": .string("b0"), "mac": .string("aa")]),
                .object(["name": .string("other0"), "mac": .string("cc"), "sandbox": .string("/ns")]),
                .object(["name": .string("eth0"), "mac": .string("bb"), "sandbox": .string("/ns")]),
            ]),
            "ips": .array([
                .object(["address": .string("fd00::2/64")]),
                .object(["address": .string("10.0.0.2/16"), "gateway": .string("10.0.0.1")]),
            ]),
        ])
        #expect(
            NetworkResult(modern)
                == NetworkResult(
                    addresses: ["10.0.0.2", "fd00::2"], macAddress: "bb", gateway: "10.0.0.1", prefixLength: 16))
        let old = JSONValue.object(["ip4": .object(["ip": .string("10.1.0.2/24")])])
        #expect(NetworkResult(old).addresses == ["10.1.0.2"])
    }

    @Test("our own bridge is a valid configuration")
    func ownBridge() throws {
        let network = try parsed(PluginNetwork.ownBridge())
        #expect(network.plugins.map(\.type) == ["bridge", "portmap"])
        #expect(try NetworkList(network.document, as: .list) == network)
    }
}
