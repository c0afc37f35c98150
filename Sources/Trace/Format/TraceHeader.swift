package import CRI

/// The first line of a trace: who asked whom, on what.
package struct TraceHeader: Sendable, Equatable {
    package static let format = "oxbow.trace"
    package static let version = 1

    package var api: APIVersion
    package var client: String
    package var runtime: String
    package var ociRuntime: String
    package var kernel: String
    package var scenario: String
    /// RFC 3339.
    package var recorded: String

    package init(
        api: APIVersion, client: String = "", runtime: String = "", ociRuntime: String = "", kernel: String = "",
        scenario: String = "", recorded: String = ""
    ) {
        self.api = api
        self.client = client
        self.runtime = runtime
        self.ociRuntime = ociRuntime
        self.kernel = kernel
        self.scenario = scenario
        self.recorded = recorded
    }
}

extension TraceHeader {
    /// - Throws: a sentence that says what is wrong with the line.
    init(_ line: JSONValue) throws(LineFault) {
        guard line["format"]?.string == Self.format else {
            throw LineFault("header: not a trace (no format \(Self.format))")
        }
        guard let version = line["version"]?.int, version == Self.version else {
            throw LineFault("header: version is not \(Self.version) (\(line["version"]?.text ?? "none"))")
        }
        guard let api = line["api"]?.string.flatMap(APIVersion.init(rawValue:)) else {
            throw LineFault("header: unknown API version (\(line["api"]?.text ?? "none"))")
        }
        self.init(
            api: api, client: line["client"]?.string ?? "", runtime: line["runtime"]?.string ?? "",
            ociRuntime: line["oci_runtime"]?.string ?? "", kernel: line["kernel"]?.string ?? "",
            scenario: line["scenario"]?.string ?? "", recorded: line["recorded"]?.string ?? "")
    }

    var line: JSONValue {
        [
            "format": .string(Self.format), "version": .integer(Self.version), "api": .string(api.rawValue),
            "client": .string(client), "runtime": .string(runtime), "oci_runtime": .string(ociRuntime),
            "kernel": .string(kernel), "scenario": .string(scenario), "recorded": .string(recorded),
        ]
    }
}
