import CRI
import DockerAPI
import Linux
import Logging

/// A container that has been created is looked at before its id is answered: what Docker passed over in silence, and which
/// groups its image adds, shows only then.
extension Dockershim {
    /// Creates a container, and once more when its image's files call for other groups than were sent.
    /// - Throws: `.unsupported` when the daemon dropped what was asked for; nothing is left then.
    func createConfirmed(
        _ name: ObjectName, _ body: ContainerCreateRequest, _ config: CRI.ContainerConfig
    ) async throws -> String {
        let id: String
        do throws(DockerFailure) {
            id = try await docker.createWithRecovery(name, body)
        } catch {
            guard error.description.contains("mount type unknown"), config.mounts.contains(where: { $0.image != nil })
            else { throw error }
            throw BridgeFailure(.unsupported, "image volumes: this Docker has none, they came with 28", origin: error)
        }
        do {
            try await confirmMounts(of: id, config)
            guard let corrected = try await correctedGroups(of: id, body, config) else { return id }
            try await docker.removeIfStopped(id)
            return try await docker.createWithRecovery(name, corrected)
        } catch {
            await discard(id)
            throw error
        }
    }

    /// An older daemon does not know recursive read-only binds and leaves them out without a word.
    private func confirmMounts(of id: String, _ config: CRI.ContainerConfig) async throws {
        let wanted = config.mounts.filter(\.recursiveReadOnly).map(\.containerPath)
        guard !wanted.isEmpty else { return }
        let made = try await docker.inspect(id).hostConfig.mounts ?? []
        for path in wanted
        where !made.contains(where: { $0.target == path && $0.bindOptions?.readOnlyForceRecursive == true }) {
            throw BridgeFailure(
                .unsupported, "RROUnsupported: this Docker has no recursive read-only mounts (\(path))")
        }
    }

    /// Docker adds an image's groups exactly when no group is named with the user. Where the CRI wants otherwise, the groups
    /// are looked up in the image and sent as numbers.
    /// - Returns: nil when what was sent is right.
    private func correctedGroups(
        of id: String, _ body: ContainerCreateRequest, _ config: CRI.ContainerConfig
    ) async throws -> ContainerCreateRequest? {
        let security = config.linux?.securityContext ?? LinuxContainerSecurityContext()
        let isStrict = security.supplementalGroupsPolicy == .strict
        guard isStrict == (security.runAsGroup == nil) else {
            // A name is looked up by Docker at the start only.
            if !security.runAsUsername.isEmpty {
                _ = try await lookUp(body.config.user, groups: [], imageGroups: .never, in: id)
            }
            return nil
        }
        let sent = (body.hostConfig?.groupAdd ?? []).compactMap { UInt32($0) }
        // Without a user in the request the image's own counts.
        let text = body.config.user.isEmpty ? try await docker.inspect(id).config.user : body.config.user
        let user = try await lookUp(text, groups: sent, imageGroups: isStrict ? .never : .always, in: id)
        var corrected = body
        if isStrict {
            corrected.config.user = "\(user.uid):\(user.gid)"
        } else {
            corrected.hostConfig?.groupAdd = UserEncoding.groups(user.groups.dropFirst().map(Int64.init))
            guard Set(user.groups.dropFirst()) != Set(sent).subtracting([user.gid]) else { return nil }
        }
        return corrected
    }

    /// Removes what a failed call made. Its own failure is logged: the caller's error is the one that matters.
    private func discard(_ id: String) async {
        do {
            try await docker.removeByForce(id)
        } catch {
            guard !error.saysNoSuchContainer else { return }
            log.error(
                "a failed container could not be removed", metadata: ["container": "\(id)", "error": "\(error)"])
        }
    }
}
