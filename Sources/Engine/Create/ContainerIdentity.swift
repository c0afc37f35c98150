import Faults

/// Ids and names of new containers and execs.
enum ContainerIdentity {
    /// 64 hexadecimal digits. The first twelve, which serve as the hostname, are never all decimal digits: some programs
    /// take such a name for a number.
    static func id() -> String {
        var generator = SystemRandomNumberGenerator()
        while true {
            let words = (0..<4).map { _ in UInt64.random(in: .min ... .max, using: &generator) }
            let digits = words.map { word in
                let text = String(word, radix: 16)
                return String(repeating: "0", count: 16 - text.count) + text
            }.joined()
            if digits.prefix(12).contains(where: { $0.isLetter }) { return digits }
        }
    }

    /// - Returns: the name without a slash in front.
    /// - Throws: `.badRequest` for characters that Docker does not allow.
    static func name(checking text: String) throws(OxbowError) -> String {
        let name = text.hasPrefix("/") ? text.dropFirst() : text[...]
        let isAlphanumeric = { (byte: UInt8) in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        }
        guard name.utf8.count >= 2, let first = name.utf8.first, isAlphanumeric(first),
            name.utf8.allSatisfy({ isAlphanumeric($0) || [0x5F, 0x2E, 0x2D].contains($0) })
        else {
            throw OxbowError(
                .badRequest,
                "Invalid container name (\(text)), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed")
        }
        return String(name)
    }

    /// `adjective_noun`, with a digit after it when `attempt` says that the plain ones were taken.
    static func randomName(attempt: Int = 0) -> String {
        let first = adjectives[Int.random(in: adjectives.indices)]
        let second = nouns[Int.random(in: nouns.indices)]
        return attempt == 0 ? "\(first)_\(second)" : "\(first)_\(second)\(Int.random(in: 0...9))"
    }

    private static let adjectives = [
        "amber", "ancient", "blue", "braided", "brisk", "broad", "calm", "clear", "cold", "deep", "distant", "dusky",
        "early", "eastern", "fallow", "fast", "gentle", "glacial", "golden", "green", "hidden", "hollow", "idle",
        "lone",
        "long", "low", "mellow", "misty", "mossy", "narrow", "northern", "old", "pale", "patient", "pebbled", "quick",
        "quiet", "restless", "rising", "rocky", "rolling", "sandy", "shaded", "shallow", "silent", "silver", "slow",
        "southern", "steady", "still", "stony", "swift", "tidal", "turning", "veiled", "warm", "western", "wide",
        "wild",
        "winding",
    ]
    private static let nouns = [
        "bank", "bar", "basin", "bayou", "beck", "bend", "bourne", "bridge", "brook", "burn", "cascade", "channel",
        "confluence", "creek", "current", "cutoff", "delta", "dike", "eddy", "estuary", "falls", "fen", "ferry", "ford",
        "gorge", "gully", "harbour", "heron", "inlet", "island", "kingfisher", "lagoon", "lake", "levee", "lock",
        "marsh",
        "meadow", "meander", "mill", "mouth", "otter", "oxbow", "pool", "pond", "rapids", "reach", "reed", "riffle",
        "rill", "river", "shoal", "sluice", "source", "spring", "strand", "stream", "terrace", "tributary", "wash",
        "weir",
    ]
}
