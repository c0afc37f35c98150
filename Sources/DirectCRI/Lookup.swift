import CRI
import Core
import Faults

/// A sandbox as the CRI sees it: the core's record and our document side by side.
struct Sandbox: Sendable {
    var record: ContainerRecord
    var document: SandboxDocument

    var isReady: Bool { record.state == .running }
}

/// A container as the CRI sees it.
struct PodContainer: Sendable {
    var record: ContainerRecord
    var document: ContainerDocument
}

extension DirectCRI {
    func sandboxes() async -> [Sandbox] {
        await core.containers().compactMap(sandbox(from:))
    }

    func podContainers() async -> [PodContainer] {
        await core.containers().compactMap(podContainer(from:))
    }

    func podContainers(in sandbox: String) async -> [PodContainer] {
        await podContainers().filter { $0.document.sandbox == sandbox }
    }

    /// - Parameter id: the whole id, or a prefix that only one sandbox has (crictl's short ids).
    /// - Throws: `.badRequest` for a prefix of several: none of them is meant for sure.
    func findSandbox(_ id: String) async throws(OxbowError) -> Sandbox? {
        if let record = await core.container(id) { return sandbox(from: record) }
        let found = await sandboxes().filter { $0.record.id.hasPrefix(id) }
        guard found.count < 2 else {
            throw OxbowError(.badRequest, "pod sandbox: the beginning of several ids (\(id))")
        }
        return found.first
    }

    func findContainer(_ id: String) async -> PodContainer? {
        if let record = await core.container(id) { return podContainer(from: record) }
        return only(await podContainers().filter { $0.record.id.hasPrefix(id) })
    }

    func requireSandbox(_ id: String) async throws(OxbowError) -> Sandbox {
        guard let found = try await findSandbox(id) else {
            throw OxbowError(.missing, "pod sandbox: not found (\(id))")
        }
        return found
    }

    func requireContainer(_ id: String) async throws(OxbowError) -> PodContainer {
        guard let found = await findContainer(id) else { throw OxbowError(.missing, "container: not found (\(id))") }
        return found
    }

    /// nil for a sandbox that is still being made, too.
    private func sandbox(from record: ContainerRecord) -> Sandbox? {
        guard case .sandbox(let document) = documents.document(of: record), !transitions.isBeingMade(record.id) else {
            return nil
        }
        return Sandbox(record: record, document: document)
    }

    private func podContainer(from record: ContainerRecord) -> PodContainer? {
        guard case .container(let document) = documents.document(of: record) else { return nil }
        return PodContainer(record: record, document: document)
    }

    private func only<Found>(_ found: [Found]) -> Found? {
        found.count == 1 ? found[0] : nil
    }
}

extension Dictionary where Key == String, Value == String {
    /// Whether every pair of a label selector is among these labels; an empty selector selects everything.
    func matches(_ selector: [String: String]) -> Bool {
        selector.allSatisfy { self[$0.key] == $0.value }
    }
}
