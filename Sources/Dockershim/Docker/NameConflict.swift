import DockerAPI

extension DockerClient {
    /// Creates a container; when another one holds its name, tries to make room.
    ///
    /// Today a holder that a client can still ask for keeps its name, and the call fails. In 1.20, and for what Docker has
    /// not wholly removed: a holder that is stopped is removed, which frees the name; the era decides who tries again.
    /// One that Docker names but does not have (a leftover in its name table) makes us use another name, once.
    func createWithRecovery(
        _ name: ObjectName, _ body: ContainerCreateRequest
    ) async throws(DockerFailure) -> String {
        let conflict: DockerFailure
        do throws(DockerFailure) {
            return try await create(name.text(era: era), body)
        } catch {
            conflict = error
        }
        guard let holder = conflict.holderOfName else { throw conflict }
        if !era.removesHoldersOfNames, try await isWhole(holder) { throw conflict }
        do throws(DockerFailure) {
            try await removeIfStopped(holder)
        } catch {
            guard error.saysNoSuchContainer else { throw conflict }
            return try await create(name.renamed(by: .random(in: .min ... .max)).text(era: era), body)
        }
        if era.reportsConflictsItSolved { throw conflict }
        return try await create(name.text(era: era), body)
    }

    private func isWhole(_ holder: String) async throws(DockerFailure) -> Bool {
        do throws(DockerFailure) {
            return try await !["dead", "removing"].contains(inspect(holder).state.status)
        } catch {
            guard error.saysNoSuchContainer else { throw error }
            return false
        }
    }
}
