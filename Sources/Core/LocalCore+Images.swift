package import Faults
import Linux
package import NIOCore
package import OCI

extension LocalCore {
    package func images() async throws(OxbowError) -> [ImageRecord] { try await images.all() }
    package func image(_ name: String) async throws(OxbowError) -> ImageRecord? { try await images.find(name) }

    package func importImages(
        fromFile path: String, progress: @escaping @Sendable (ImportProgress) -> Void
    ) async throws(OxbowError) -> [ImportedImage] {
        try await images.importImages(fromFile: path, progress: progress)
    }

    package func pull(
        _ reference: Reference, credentials: RegistryCredentials?, progress: @escaping @Sendable (PullProgress) -> Void
    ) async throws(OxbowError) -> ImageRecord {
        try await images.pull(reference, credentials: credentials, progress: progress)
    }

    package func checkCredentials(_ credentials: RegistryCredentials) async throws(OxbowError) {
        try await RegistryLogin.check(credentials, at: credentials.domain, trusts: configuration.registries)
    }

    package func tag(_ image: Digest, as reference: Reference) async throws(OxbowError) {
        try await images.tag(image, as: reference)
    }

    /// An image that a container uses stays, without a name, when its last name goes.
    package func untag(_ reference: Reference, keepingUntagged: Bool) async throws(OxbowError) {
        guard !keepingUntagged, let image = try await images.find(reference.canonical)?.id else {
            return try await images.untag(reference, keepingUntagged: keepingUntagged)
        }
        let free = uses.beginRemoval(image)
        defer { if free { uses.endRemoval(image) } }
        try await images.untag(reference, keepingUntagged: !free || user(of: image) != nil)
    }

    package func removeImage(_ image: Digest) async throws(OxbowError) {
        guard uses.beginRemoval(image) else {
            throw OxbowError(.wrongState, "image: in use by a container that is being made (\(image))")
        }
        defer { uses.endRemoval(image) }
        if let user = user(of: image) {
            throw OxbowError(.wrongState, "image: in use by container \(user.id) (\(image))")
        }
        try await images.remove(image)
    }

    private func user(of image: Digest) -> ContainerRecord? {
        table.records.first { record in
            record.spec.image == image || record.spec.mounts.contains { $0.image == image }
        }
    }

    package func imageFilesystem() async throws(OxbowError) -> FilesystemFigures { try await images.filesystem() }

    package func imageConfiguration(_ image: Digest) async throws(OxbowError) -> ByteBuffer {
        try await images.configuration(of: image)
    }

    package func containerFilesystem() async throws(OxbowError) -> FilesystemFigures {
        if let known = containerUsage.withLock({ $0.fresh(at: .now) }) { return known }
        let uppers = table.records.map(\.overlay.upper)
        let mountpoint = folders.containers
        let figures = try await ImageStore.working("containers") {
            var figures = FilesystemFigures(mountpoint: mountpoint)
            for upper in uppers {
                let usage = try Files.usage(of: upper)
                figures.usedBytes += usage.bytes
                figures.usedInodes += usage.inodes
            }
            return figures
        }
        containerUsage.withLock { $0.keep(figures, from: .now) }
        return figures
    }
}
