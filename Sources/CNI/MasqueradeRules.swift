import Linux

/// The rules with which `bridge` and `ptp` masquerade what leaves a pod, found again by the comment they carry:
/// `name: "<network>" id: "<CNI_CONTAINERID>"`.
///
/// Workaround for plugins up to 1.1.1 (later ones not looked at): they take the addresses whose rules DEL deletes from
/// the interface inside, so that the rules stay when the namespace is gone before.
enum MasqueradeRules {
    static let programs = ["iptables", "ip6tables"]
    /// Bytes of a listing: some 100,000 rules.
    static let listingLimit = 16 << 20

    /// What `iptables-restore --noflush` is to be told.
    /// - Parameter listing: of `iptables -t nat -S`.
    /// - Returns: nil when the pod has no rule left.
    static func removal(from listing: String, pod id: String) -> String? {
        let mark = #"id: \"\#(id)\""#
        let rules = listing.split(separator: "\n").filter { line in
            line.hasPrefix("-A ") && line.contains(#"--comment "name: "#) && line.contains(mark)
        }
        guard !rules.isEmpty else { return nil }
        let chains = Set(rules.compactMap(jump)).filter { $0.hasPrefix("CNI-") }.sorted()
        var lines = ["*nat"]
        // Jumps first: a chain goes only when nothing leads to it.
        for rule in rules where !chains.contains(where: { rule.hasPrefix("-A \($0) ") }) {
            lines.append("-D" + rule.dropFirst(2))
        }
        for chain in chains { lines += ["-F \(chain)", "-X \(chain)"] }
        return (lines + ["COMMIT", ""]).joined(separator: "\n")
    }

    private static func jump(_ rule: Substring) -> String? {
        rule.firstRange(of: " -j ").map { String(rule[$0.upperBound...].prefix { $0 != " " }) }
    }

    /// - Returns: why the rules could not be taken away; nil when they are gone, or there is no such program.
    static func remove(pod id: String, deadline: Duration) async -> String? {
        for program in programs {
            do throws(SpawnFailure) {
                let listing = try await Processes.shared.run(
                    Command(program, ["-w", "-t", "nat", "-S"]), deadline: deadline, outputLimit: listingLimit,
                    survivesCancellation: true)
                guard listing.status == .exited(0) else { return "\(program): \(words(listing.errors))" }
                guard let text = removal(from: String(decoding: listing.output, as: UTF8.self), pod: id) else {
                    continue
                }
                let restored = try await Processes.shared.run(
                    Command("\(program)-restore", ["-w", "--noflush"]), input: Array(text.utf8), deadline: deadline,
                    survivesCancellation: true)
                guard restored.status == .exited(0) else { return "\(program)-restore: \(words(restored.errors))" }
            } catch {
                // Without the program nobody can have made a rule.
                if error.reason == .notFound { continue }
                return "\(error)"
            }
        }
        return nil
    }

    private static func words(_ errors: [UInt8]) -> String { PluginError.words(answer: nil, errors: errors) }
}

extension NetworkList {
    var masquerades: Bool { plugins.contains { $0.document["ipMasq"]?.isTrue ?? false } }
}
