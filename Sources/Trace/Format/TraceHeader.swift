import CRI

/// The first line of a trace: who asked whom, on what.
package struct TraceHeader: Sendable, Equatable {
    package static let format = "oxbow.trace"
    package static let version = 1

    package var api: TraceAPI
    package var client: String
    package var runtime: String
    package var ociRuntime: String
    package var kernel: String
    package var scenario: String
    /// RFC 3339.
    package var recorded: String

    package init(
        api: TraceAPI, client: String = "", runtime: String = "", ociRuntime: String = "", kernel: String = "",
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
        guard line["format"]?.text == Self.format else { throw LineFault("header: not a trace (no format \(Self.format))") }
        guard let version = line["version"]?.integer, version == Int64(Self.version) else {
            throw LineFault("header: version is not \(Self.version) (\(line["version"]?.compact ?? "none"))")
        }
        guard let api = line["api"]?.text.flatMap(TraceAPI.init(rawValue:)) else {
            throw LineFault("header: unknown API version (\(line["api"]?.compact ?? "none"))")
        }
        self.init(
            api: api, client: line["client"]?.text ?? "", runtime: line["runtime"]?.text ?? "",
            ociRuntime: line["oci_runtime"]?.text ?? "", kernel: line["kernel"]?.text ?? "",
            scenario: line["scenario"]?.text ?? "", recorded: line["recorded"]?.text ?? "")
    }

    var line: JSONValue {
        [
            "format": .string(Self.format), "version": .integer(Int64(Self.version)), "api": .string(api.rawValue),
            "client": .string(client), "runtime": .string(runtime), "oci_runtime": .string(ociRuntime),
            "kernel": .string(kernel), "scenario": .string(scenario), "recorded": .string(recorded),
        ]
    }
}
