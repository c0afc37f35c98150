import FoundationEssentials

/// A CNI configuration: a chain of plugins, run in order for ADD and in reverse for DEL.
///
/// Source: CNI specification 0.2 to 1.0, "Section 1: Network configuration format".
struct NetworkList: Sendable, Equatable {
    struct Plugin: Sendable, Equatable {
        var type: String
        /// The capability arguments it asks for: `portMappings`, `bandwidth`, …
        var capabilities: Set<String>
        var document: JSONValue
    }

    var name: String
    var version: String
    var plugins: [Plugin]

    struct Malformed: Error, Equatable { let reason: String }

    /// What a file's name says of its content: `.conflist` holds a list with `plugins`, `.conf` and `.json` one plugin.
    enum Form { case list, single }

    init(parsing text: [UInt8], as form: Form) throws(Malformed) {
        guard let document = try? JSONDecoder().decode(JSONValue.self, from: Data(text)) else {
            throw Malformed(reason: "not a JSON document")
        }
        try self.init(document, as: form)
    }

    init(_ document: JSONValue, as form: Form) throws(Malformed) {
        guard let name = document["name"]?.string, !name.isEmpty else { throw Malformed(reason: "no name") }
        self.name = name
        version = document["cniVersion"]?.string ?? "0.2.0"
        plugins = []
        switch form {
        case .list:
            guard let listed = document["plugins"]?.array, !listed.isEmpty else {
                throw Malformed(reason: "no plugins")
            }
            for each in listed { plugins.append(try Self.plugin(each)) }
        case .single: plugins.append(try Self.plugin(document))
        }
    }

    /// The list as one document, for `init(_:as: .list)`.
    var document: JSONValue {
        .object(["name": .string(name), "cniVersion": .string(version), "plugins": .array(plugins.map(\.document))])
    }

    private static func plugin(_ document: JSONValue) throws(Malformed) -> Plugin {
        guard let type = document["type"]?.string, !type.isEmpty, !type.contains("/") else {
            throw Malformed(reason: "a plugin without a type")
        }
        var capabilities: Set<String> = []
        if case .object(let flags)? = document["capabilities"] {
            capabilities = Set(flags.filter { $0.value.isTrue }.keys)
        }
        return Plugin(type: type, capabilities: capabilities, document: document)
    }

    /// The document that goes to a plugin's standard input.
    /// - Parameter previous: the result so far; nil for the first plugin of an ADD.
    func input(for plugin: Plugin, _ request: NetworkRequest, previous: JSONValue?) -> JSONValue {
        var input = plugin.document
        input["name"] = .string(name)
        input["cniVersion"] = .string(version)
        input["capabilities"] = nil
        var arguments: [String: JSONValue] = [:]
        if plugin.capabilities.contains("portMappings") {
            arguments["portMappings"] = .array(request.publishedPorts.map(\.document))
        }
        if plugin.capabilities.contains("bandwidth"), let bandwidth = request.bandwidth {
            arguments["bandwidth"] = bandwidth
        }
        if !arguments.isEmpty { input["runtimeConfig"] = .object(arguments) }
        if let previous { input["prevResult"] = previous }
        return input
    }

    /// Whether plugins of this version take the result of ADD with DEL: from 0.4.0 on (CNI specification, "DEL").
    var passesResultToDelete: Bool {
        let numbers = version.split(separator: ".").map { Int($0) ?? 0 }
        return !numbers.lexicographicallyPrecedes([0, 4])
    }

    /// Whether running the plugin could do anything: without a port to map, `portmap` passes the result on with ADD and
    /// returns at once with DEL, at the price of a process each.
    func hasWork(for plugin: Plugin, _ request: NetworkRequest) -> Bool {
        plugin.type != "portmap" || !request.publishedPorts.isEmpty
    }
}

extension NetworkRequest {
    var publishedPorts: [PortMapping] { portMappings.filter { $0.hostPort > 0 } }

    /// Bursts as large as the plugin takes: only the rate is asked for.
    fileprivate var bandwidth: JSONValue? {
        var limits: [String: JSONValue] = [:]
        let burst = JSONValue.number(Double(Int32.max))
        if ingressBandwidth > 0 {
            limits["ingressRate"] = .number(Double(ingressBandwidth))
            limits["ingressBurst"] = burst
        }
        if egressBandwidth > 0 {
            limits["egressRate"] = .number(Double(egressBandwidth))
            limits["egressBurst"] = burst
        }
        return limits.isEmpty ? nil : .object(limits)
    }

    /// `CNI_ARGS`, as kubelets' runtimes give them. A `;` in a value would begin the next argument: it becomes `_`.
    var arguments: String {
        [
            ("IgnoreUnknown", "1"), ("K8S_POD_NAMESPACE", pod.namespace), ("K8S_POD_NAME", pod.name),
            ("K8S_POD_INFRA_CONTAINER_ID", pod.id), ("K8S_POD_UID", pod.uid),
        ].map { "\($0)=\($1.replacing(";", with: "_"))" }.joined(separator: ";")
    }
}

extension PortMapping {
    fileprivate var document: JSONValue {
        var members: [String: JSONValue] = [
            "hostPort": .number(Double(hostPort)), "containerPort": .number(Double(containerPort)),
            "protocol": .string(transport.rawValue),
        ]
        if !hostIP.isEmpty { members["hostIP"] = .string(hostIP) }
        return .object(members)
    }
}
