package import Core
package import Faults
package import NIOCore
package import OCI
import Synchronization

extension FakeCore {
    /// `pull` of this reference finds this image.
    package func offer(_ image: ImageRecord, as reference: Reference) {
        state.withLock { $0.pullable[reference.tagged.canonical] = image }
    }
    /// `importImages` of this file finds these.
    package func offer(_ images: [ImportedImage], in file: String) { state.withLock { $0.importable[file] = images } }

    package func images() async throws(OxbowError) -> [ImageRecord] { state.withLock { $0.images } }

    package func image(_ name: String) async throws(OxbowError) -> ImageRecord? {
        let images = state.withLock { $0.images }
        let hex = name.hasPrefix("sha256:") ? String(name.dropFirst(7)) : name
        if let exact = images.first(where: { $0.id.hex == hex }) { return exact }
        if let reference = try? Reference(parsing: name),
            let found = images.first(where: { $0.tags.contains(reference.tagged) || $0.digests.contains(reference) })
        {
            return found
        }
        let matches = images.filter { $0.id.hex.hasPrefix(hex) }
        return matches.count == 1 ? matches[0] : nil
    }

    package func importImages(
        fromFile path: String, progress: @escaping @Sendable (ImportProgress) -> Void
    ) async throws(OxbowError) -> [ImportedImage] {
        try note(.importImages(path), .importImages)
        return try state.withLock { state -> Result<[ImportedImage], OxbowError> in
            guard let found = state.importable[path] else {
                return .failure(OxbowError(.badRequest, "archive: not an image archive"))
            }
            for each in found where !state.images.contains(where: { $0.id == each.image.id }) {
                state.images.append(each.image)
            }
            return .success(found)
        }.get()
    }

    package func pull(
        _ reference: Reference, credentials: RegistryCredentials?, progress: @escaping @Sendable (PullProgress) -> Void
    ) async throws(OxbowError) -> ImageRecord {
        try note(.pull(reference.canonical), .pull)
        return try state.withLock { state -> Result<ImageRecord, OxbowError> in
            guard let found = state.pullable[reference.tagged.canonical] else {
                return .failure(OxbowError(.missing, "manifest for \(reference.familiar) not found: manifest unknown"))
            }
            state.images.removeAll { $0.id == found.id }
            state.images.append(found)
            return .success(found)
        }.get()
    }

    /// The password `wrong` is refused.
    package func checkCredentials(_ credentials: RegistryCredentials) async throws(OxbowError) {
        guard credentials.password == "wrong" else { return }
        throw OxbowError(.denied, "login attempt to https://\(credentials.domain)/v2/ failed with status: 401")
    }

    package func tag(_ image: Digest, as reference: Reference) async throws(OxbowError) {
        try note(.tag(image, reference.canonical))
        try state.withLock { state -> Result<Void, OxbowError> in
            guard let index = state.images.firstIndex(where: { $0.id == image }) else {
                return .failure(OxbowError(.missing, "image: no such image (\(image))"))
            }
            for other in state.images.indices { state.images[other].tags.removeAll { $0 == reference.tagged } }
            state.images[index].tags.append(reference.tagged)
            return .success(())
        }.get()
    }

    package func untag(_ reference: Reference, keepingUntagged: Bool) async throws(OxbowError) {
        try note(.untag(reference.canonical))
        try state.withLock { state -> Result<Void, OxbowError> in
            guard let index = state.images.firstIndex(where: { $0.tags.contains(reference.tagged) }) else {
                return .failure(OxbowError(.missing, "image: no such image (\(reference.familiar))"))
            }
            state.images[index].tags.removeAll { $0 == reference.tagged }
            if !keepingUntagged, state.images[index].tags.isEmpty { state.images.remove(at: index) }
            return .success(())
        }.get()
    }

    package func removeImage(_ image: Digest) async throws(OxbowError) {
        try note(.removeImage(image))
        try state.withLock { state -> Result<Void, OxbowError> in
            if let user = state.records.values.first(where: { $0.spec.image == image }) {
                return .failure(OxbowError(.wrongState, "image: in use by container \(user.id) (\(image))"))
            }
            state.images.removeAll { $0.id == image }
            return .success(())
        }.get()
    }

    package func imageConfiguration(_ image: Digest) async throws(OxbowError) -> ByteBuffer {
        guard let record = state.withLock({ $0.images.first { $0.id == image } }) else {
            throw OxbowError(.missing, "image: no such image (\(image))")
        }
        return OCIDocument.write(ImageConfigDocument(record.config))
    }

    package func containerFilesystem() async throws(OxbowError) -> FilesystemFigures {
        state.withLock {
            FilesystemFigures(mountpoint: $0.facts.root + "/containers", usedInodes: UInt64($0.records.count))
        }
    }

    package func imageFilesystem() async throws(OxbowError) -> FilesystemFigures {
        state.withLock { state in
            FilesystemFigures(
                mountpoint: state.facts.root, usedBytes: state.images.reduce(0) { $0 + $1.size },
                usedInodes: UInt64(state.images.count))
        }
    }
}
