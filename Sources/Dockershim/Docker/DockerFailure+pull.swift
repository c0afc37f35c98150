import Faults

extension DockerFailure {
    /// What a failed pull means to the CRI. Docker answers 500 or 404 for most of them, or tells them in the stream without
    /// a code, so its words decide; those of 20.10 and of our engine are known.
    var kindOfPull: OxbowError.Kind {
        switch self {
        case .refused(let status, let message): Self.meaning(of: message, status: status) ?? kind
        case .pull(let code, let message): Self.meaning(of: message, status: code) ?? kind
        default: kind
        }
    }

    private static func meaning(of message: String, status: Int) -> OxbowError.Kind? {
        // A daemon that says exactly what it means is believed.
        if [413, 422, 501].contains(status) {
            return status == 413 ? .tooLarge : status == 422 ? .corrupt : .unsupported
        }
        let text = message.lowercased()
        return words.first { $0.words.contains { text.contains($0) } }?.kind
    }

    /// The first that fits counts.
    private static let words: [(kind: OxbowError.Kind, words: [String])] = [
        (.tooLarge, ["no space left on device"]),
        (
            .denied,
            [
                "pull access denied", "unauthorized", "no basic auth credentials", "authentication required",
                "requested access to the resource is denied",
            ]
        ),
        (.missing, ["manifest unknown", "no matching manifest", "not found"]),
        (
            .corrupt,
            [
                "verification failed for digest", "does not match digest", "content does not fit", "archive/tar:",
                "invalid tar header", "unexpected eof", "gzip: invalid",
            ]
        ),
        (.unsupported, ["unsupported media type", "(unknown) when fetching"]),
        (
            .runtimeDown,
            [
                "dial tcp", "connection refused", "connection reset", "no such host", "could not resolve",
                "failed to connect", "timeout", "timed out", "x509:", "certificate", "toomanyrequests",
            ]
        ),
    ]
}
