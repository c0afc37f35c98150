import CRI

/// The images that a trace speaks of, and what the recording shows about them.
struct TraceImages: Sendable, Equatable {
    /// There when the recording began, in the order in which they are named.
    private(set) var needed: [String] = []
    /// Asked for and not there at first: they must be gone before the replay.
    private(set) var absent: [String] = []
    /// Pulled with success: their registry must have them.
    private(set) var pulled: [String] = []
    /// Reference → the recording's image id.
    private(set) var ids: [String: String] = [:]

    init(_ trace: Trace) {
        for call in trace.calls {
            switch call.name {
            case "ImageStatus":
                guard let reference = Self.reference(in: call.request), let answer = call.answer else { continue }
                if let id = answer.string(at: "image", "id") {
                    note(reference, present: true)
                    ids[reference] = id
                } else {
                    note(reference, present: false)
                }
            case "PullImage":
                guard call.succeeded, let reference = Self.reference(in: call.request) else { continue }
                note(reference, present: false)
                if !pulled.contains(reference) { pulled.append(reference) }
            default: continue
            }
        }
    }

    /// The first word on an image counts.
    private mutating func note(_ reference: String, present: Bool) {
        guard !needed.contains(reference), !absent.contains(reference) else { return }
        if present { needed.append(reference) } else { absent.append(reference) }
    }

    private static func reference(in request: JSONValue) -> String? {
        guard let name = request.string(at: "image", "image"), !name.isEmpty, !name.hasPrefix("sha256:") else {
            return nil
        }
        return name
    }
}

/// Where a reference says that its registry is.
struct RegistryAddress: Sendable, Hashable {
    let host: String
    let port: Int

    /// - Returns: nil when the reference names no host (Docker Hub's short names) or no valid port.
    init?(of reference: String) {
        guard let slash = reference.firstIndex(of: "/") else { return nil }
        let parts = reference[..<slash].split(separator: ":", omittingEmptySubsequences: false)
        guard let host = parts.first, parts.count <= 2, host == "localhost" || parts.count == 2 || host.contains(".")
        else {
            return nil
        }
        self.host = String(host)
        if parts.count == 2 {
            guard let port = UInt16(parts[1]), port > 0 else { return nil }
            self.port = Int(port)
        } else {
            port = 80
        }
    }

    var isLoopback: Bool { host == "localhost" || host.hasPrefix("127.") }

    /// `127.0.0.1:80`: where such a registry listens.
    var listening: String { (host == "localhost" ? "127.0.0.1" : host) + ":\(port)" }
}
