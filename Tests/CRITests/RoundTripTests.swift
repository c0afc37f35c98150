import NIOCore
import Testing

@testable import CRI

@Suite struct RoundTripTests {
    @Test(
        "every message with every field set survives JSON, bytes, value, bytes, JSON", arguments: CRISchema.messageNames
    )
    func everyMessage(_ name: String) throws {
        let type = try #require(CRISchema.message(name))
        let json = Sample.json(of: type)
        let bytes = try CRIJSON.bytes(from: json, type: name)
        #expect(try CRIJSON.value(of: bytes, type: name) == json)
        let value = try type.init(decoding: bytes)
        #expect(hex(value.encoded()) == hex(bytes))
        expect(value, holds: json)
    }

    /// Each property holds what the field of its name was set to, not what another was.
    private func expect(_ value: any CRIMessage, holds json: JSONValue) {
        let properties = Dictionary(
            uniqueKeysWithValues: Mirror(reflecting: value).children.map { ($0.label ?? "", $0.value) })
        #expect(properties.count == json.members?.count)
        for member in json.members ?? [] {
            let name = camel(member.name)
            guard let property = properties[name] else {
                Issue.record("\(type(of: value)) has no property \(name)")
                continue
            }
            switch property {
            case let text as String: #expect(text == member.value.string, "\(name)")
            case let flag as Bool: #expect(flag == member.value.bool, "\(name)")
            case let number as any BinaryInteger: #expect("\(number)" == digits(member.value), "\(name)")
            case let number as Double: #expect("\(number)" == digits(member.value), "\(name)")
            case let texts as [String]: #expect(texts == member.value.array?.compactMap(\.string), "\(name)")
            case let map as [String: String]:
                #expect(map.count == member.value.members?.count)
                for (key, value) in map { #expect(member.value[key]?.string == value) }
            default: break  // nested messages are tried on their own
            }
        }
    }

    private func digits(_ value: JSONValue) -> String? {
        switch value {
        case .number(let text), .string(let text): text
        default: nil
        }
    }

    /// The rule of `cri_schema.py`, written a second time.
    private func camel(_ name: String) -> String {
        if name == "protocol" { return "transport" }
        let parts = name.split(separator: "_")
        let first =
            parts[0].allSatisfy(\.isUppercase)
            ? parts[0].lowercased() : parts[0].prefix(1).lowercased() + parts[0].dropFirst()
        return parts.dropFirst().reduce(first) { $0 + $1.prefix(1).uppercased() + $1.dropFirst() }
    }

    @Test(
        "an empty message of every type is no bytes, and no bytes are an empty message",
        arguments: CRISchema.messageNames)
    func empty(_ name: String) throws {
        let type = try #require(CRISchema.message(name))
        #expect(type.init().encoded().readableBytes == 0)
        #expect(try CRIJSON.text(of: ByteBuffer(), type: name) == "{}")
        #expect(try type.init(decoding: ByteBuffer()).encoded().readableBytes == 0)
    }

    @Test("the schema has 175 messages and 43 calls, 29 of them in v1alpha2, and knows each by name")
    func schema() {
        #expect(CRISchema.messageNames.count == 175)
        #expect(CRISchema.calls.count == 43)
        #expect(CRISchema.calls.filter(\.inV1alpha2).count == 29)
        let streams = CRISchema.calls.filter { $0.kind == .serverStream }
        #expect(streams.count == 7 && streams.allSatisfy { !$0.inV1alpha2 })
        let call = CRISchema.call("RuntimeService/GetContainerEvents")
        #expect(call?.request.name == "GetEventsRequest" && call?.response.name == "ContainerEventResponse")
        #expect(CRISchema.call("RuntimeService/Nothing") == nil)
        #expect(CRISchema.message("Nothing") == nil)
    }
}

@Suite struct EnumTests {
    @Test("an enum has its name in the schema, and none for a number that the schema does not know")
    func names() {
        #expect(Signal(rawValue: 23).name == "SIGNAL_SIGTERM")
        #expect(ContainerState.containerRunning.name == "CONTAINER_RUNNING")
        #expect(ContainerState(rawValue: 99).name == nil)
        #expect(NamespaceMode(named: "NODE") == .node)
        #expect(NamespaceMode(named: "node") == nil)
        #expect(Signal.names.count == 66)
    }
}
