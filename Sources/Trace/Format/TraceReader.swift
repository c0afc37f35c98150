import CRI
import Compression
import Linux

/// Reads a trace: JSON Lines, plain or compressed with gzip or zstd.
package enum TraceReader {
    package struct Limits: Sendable {
        /// Bytes of the file as it lies on the disk.
        package var fileBytes = 256 << 20
        /// Bytes after decompression.
        package var plainBytes = 1 << 30
        /// Bytes of one line: a message of the largest size that the CRI carries, in JSON.
        package var lineBytes = 64 << 20
        package init() {}
    }

    package static func read(_ path: String, limits: Limits = Limits()) async throws -> Trace {
        let bytes: [UInt8]
        do {
            bytes = try await blocking { try Files.read(path, limit: limits.fileBytes) }
        } catch let failure as SystemFailure {
            throw TraceFailure(file: path, line: nil, reason: "cannot be read: \(failure)")
        }
        return try parse(bytes, name: path, limits: limits)
    }

    /// - Parameter name: what errors call the file.
    package static func parse(_ bytes: [UInt8], name: String, limits: Limits = Limits()) throws(TraceFailure) -> Trace {
        let plain: [UInt8]
        do throws(DecompressionFailure) {
            plain = try Decompression.plain(bytes, limit: limits.plainBytes)
        } catch {
            throw TraceFailure(file: name, line: nil, reason: error.description)
        }

        var trace: Trace?
        var number = 0
        for line in plain.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            if line.isEmpty { continue }
            do throws(LineFault) {
                guard line.count <= limits.lineBytes else {
                    throw LineFault("line longer than \(limits.lineBytes) bytes")
                }
                let value = try parse(line)
                if trace == nil { trace = Trace(header: try TraceHeader(value)) } else { try trace?.add(value) }
            } catch {
                throw TraceFailure(file: name, line: number, reason: error.reason)
            }
        }
        guard var trace else { throw TraceFailure(file: name, line: nil, reason: "empty") }
        // The order of start is the format's promise; a recorder that writes calls as they end keeps it up to ties.
        trace.calls.sort { ($0.start, $0.sequence) < ($1.start, $1.sequence) }
        return trace
    }

    private static func parse(_ line: ArraySlice<UInt8>) throws(LineFault) -> JSONValue {
        do throws(JSONFailure) {
            return try JSONValue(parsing: Array(line))
        } catch {
            throw LineFault("not JSON: \(error.problem.rawValue) at byte \(error.offset)")
        }
    }
}

extension Trace {
    fileprivate mutating func add(_ line: JSONValue) throws(LineFault) {
        guard line.members != nil else { throw LineFault("not an object") }
        guard let kind = line["kind"] else {
            calls.append(try TraceCall(line))
            return
        }
        guard let kind = kind.string else { throw LineFault("kind: not text") }
        if kind == "mark" {
            marks.append(Mark(at: line["at_us"]?.int ?? 0, text: line["text"]?.string ?? ""))
        } else {
            others.append(Other(kind: kind, line: line))
        }
    }
}
