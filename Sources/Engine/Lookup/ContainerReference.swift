import Core
import Faults

/// How clients name a container: whole id, name with or without a slash in front, or the beginning of an id.
struct ContainerReference: Sendable {
    let text: String

    /// - Throws: `.missing` or `.badRequest` in Docker's own words, which kubelets parse.
    func find(in containers: [ContainerRecord]) throws(OxbowError) -> ContainerRecord {
        guard !text.isEmpty else { throw OxbowError(.badRequest, "invalid name or ID supplied: \"\"") }
        if let exact = containers.first(where: { $0.id == text }) { return exact }
        let name = text.hasPrefix("/") ? String(text.dropFirst()) : text
        if let named = containers.first(where: { $0.spec.name == name }) { return named }
        let matches = containers.filter { $0.id.hasPrefix(text) }
        switch matches.count {
        case 1: return matches[0]
        case 0: throw OxbowError(.missing, "No such container: \(text)")
        default: throw OxbowError(.badRequest, "multiple IDs found with provided prefix: \(text)")
        }
    }
}
