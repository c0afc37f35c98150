import NIOHTTP1

/// Why a container's or an exec's program could not be run, read from the runtime's words as Docker does.
struct StartFailure: Equatable {
    /// The shell's conventions: 126 cannot be run, 127 not found, 128 otherwise.
    var exitCode: Int32
    /// What clients are told; docker CLI picks its own exit status from phrases in it.
    var message: String

    static let prefix = "OCI runtime create failed: "

    init(_ words: String) {
        let folded = words.lowercased()
        let isMissing = ["executable file", "no such file or directory", "not found"].contains { folded.contains($0) }
        let isForbidden = ["permission denied", "is a directory"].contains { folded.contains($0) }
        exitCode = isForbidden ? 126 : isMissing ? 127 : 128
        message = words.hasPrefix(Self.prefix) ? words : Self.prefix + words
        // docker CLI knows only these spellings; crun writes the second with a capital letter.
        let spellings = ["executable file not found", "no such file or directory"]
        if exitCode == 127, !spellings.contains(where: { words.contains($0) }) {
            message += ": executable file not found in $PATH"
        }
    }

    /// A request that cannot work is the client's fault; anything else may be ours.
    var status: HTTPResponseStatus { exitCode == 128 ? .internalServerError : .badRequest }
}
