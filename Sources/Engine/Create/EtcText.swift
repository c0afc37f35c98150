import Faults
import Linux

/// Texts of the files that tell a container its names and its way to others.
enum EtcText {
    /// The host's own resolv.conf without servers that only the host can reach, or what the client asked for.
    /// - Parameter isHostNetwork: then the host's servers are reachable as they are.
    static func resolvConf(
        host: String, servers: [String], searches: [String], options: [String], isHostNetwork: Bool
    ) -> String {
        let lines = host.split(separator: "\n").map {
            $0.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
        }
        let named = { (word: String) in lines.filter { $0.first == word }.map { Array($0.dropFirst()) } }
        var reachable = named("nameserver").compactMap(\.first)
        if !isHostNetwork {
            reachable.removeAll { $0.hasPrefix("127.") || $0 == "::1" }
            // Docker's fallback, for a host whose only resolver is its own loopback.
            if reachable.isEmpty { reachable = ["8.8.8.8", "8.8.4.4"] }
        }
        var text = (servers.isEmpty ? reachable : servers).map { "nameserver \($0)\n" }.joined()
        // A search of "." means none.
        let search = searches == ["."] ? [] : searches.isEmpty ? named("search").last ?? [] : searches
        if !search.isEmpty { text += "search " + search.joined(separator: " ") + "\n" }
        let option = options.isEmpty ? named("options").flatMap { $0 } : options
        if !option.isEmpty { text += "options " + option.joined(separator: " ") + "\n" }
        return text
    }

    /// - Parameters:
    ///   - addresses: the container's own, known once its network is attached.
    ///   - extra: `name:address` of the client, with `host-gateway` for the bridge's address.
    static func hosts(
        hostname: String, domainname: String, addresses: [String], extra: [String], gateway: String
    ) -> String {
        var text = """
            127.0.0.1\tlocalhost
            ::1\tlocalhost ip6-localhost ip6-loopback
            fe00::0\tip6-localnet
            ff00::0\tip6-mcastprefix
            ff02::1\tip6-allnodes
            ff02::2\tip6-allrouters

            """
        for entry in extra {
            guard let colon = entry.firstIndex(of: ":") else { continue }
            let address = String(entry[entry.index(after: colon)...])
            let resolved = address == "host-gateway" ? gateway : address
            if !resolved.isEmpty { text += "\(resolved)\t\(entry[..<colon])\n" }
        }
        let names = domainname.isEmpty ? hostname : "\(hostname).\(domainname) \(hostname)"
        for address in addresses where !hostname.isEmpty { text += "\(address)\t\(names)\n" }
        return text
    }

    /// - Throws: `.badRequest` in Docker's words.
    static func check(extraHosts: [String]) throws(OxbowError) {
        for entry in extraHosts {
            let parts = entry.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw OxbowError(.badRequest, "bad format for add-host: \"\(entry)\"")
            }
            let address =
                parts[1].hasPrefix("[") && parts[1].hasSuffix("]") ? parts[1].dropFirst().dropLast() : parts[1]
            guard address == "host-gateway" || IPAddressText.isAddress(address) else {
                throw OxbowError(.badRequest, "invalid IP address in add-host: \"\(parts[1])\"")
            }
        }
    }
}

/// Whether text has the form of an address; what the kernel would make of it is not asked.
enum IPAddressText {
    static func isAddress(_ text: some StringProtocol) -> Bool {
        if text.contains(":") {
            let groups = text.split(separator: ":", omittingEmptySubsequences: false)
            return (3...8).contains(groups.count)
                && groups.allSatisfy { $0.count <= 4 && $0.allSatisfy(\.isHexDigit) || isAddress4($0) }
        }
        return isAddress4(text)
    }

    private static func isAddress4(_ text: some StringProtocol) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }
}
