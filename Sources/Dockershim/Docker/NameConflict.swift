import DockerAPI

extension DockerClient {
    /// Creates a container; when another one holds its name, tries to make room.
    ///
    /// A holder that is stopped is removed, which frees the name; the era decides who tries again. One that Docker names
    /// but does not have (a leftover in its name table) makes us use another name, once.
    /// - Parameter sparingHolder: the holder is not removed: the conflict is the answer.
    func createWithRecovery(
        _ name: ObjectName, _ body: ContainerCreateRequest, sparingHolder: Bool = false
    ) async throws(DockerFailure) -> String {
        let conflict: DockerFailure
        do throws(DockerFailure) {
            return try await create(name.text(era: era), body)
        } catch {
            conflict = error
        }
        guard let holder = conflict.holderOfName else { throw conflict }
        do throws(DockerFailure) {
            if sparingHolder { _ = try await inspect(holder) } else { try await removeIfStopped(holder) }
        } catch {
            guard error.saysNoSuchContainer else { throw conflict }
            return try await create(name.renamed(by: .random(in: .min ... .max)).text(era: era), body)
        }
        if sparingHolder || era.reportsConflictsItSolved { throw conflict }
        return try await create(name.text(era: era), body)
    }
}
