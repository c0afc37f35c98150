import Core
import DockerAPI
import Faults
import HTTPServer
import OCI

extension Engine {
    /// `DELETE /images/{name}`: a name is taken away, and the image goes with its last name; an id means the image with
    /// all its names.
    @Sendable func deleteImage(_ call: Call) async throws -> ServerResponse {
        let name = call[parameter: "name"]
        let image = try await image(name)
        let plan = try ImageDeletion(
            of: image, named: name, force: call.flag("force"), containers: await core.containers(),
            others: try await core.images().filter { $0.id != image.id })
        for reference in plan.untagged {
            try await core.untag(reference, keepingUntagged: true)
            events.record(.image("untag", id: image.id.description, name: image.id.description, at: now))
        }
        if plan.deletesImage {
            try await core.removeImage(image.id)
            events.record(.image("delete", id: image.id.description, name: image.id.description, at: now))
        }
        return try Answer.json(plan.rows)
    }
}

/// What a deletion comes to: which names go, and whether the image goes with them.
struct ImageDeletion: Equatable {
    private(set) var untagged: [Reference] = []
    private(set) var deletesImage = false
    private var layers: [Digest] = []
    private let image: Digest

    /// - Parameter others: all other images, whose layers stay.
    /// - Throws: `.taken`, which is 409, in Docker's words.
    init(
        of image: ImageRecord, named name: String, force: Bool, containers: [ContainerRecord], others: [ImageRecord]
    ) throws(OxbowError) {
        self.image = image.id
        func conflict(_ what: String, _ why: String) -> OxbowError {
            OxbowError(.taken, "conflict: unable to \(what) - \(why)")
        }
        let users = containers.filter { $0.spec.image == image.id }
        let short = image.id.short

        if let reference = Self.reference(name, of: image) {
            let rest = image.tags.filter { $0 != reference }
            untagged = [reference]
            // The digests of a repository go with its last tag.
            if !rest.contains(where: { $0.name == reference.name }) {
                untagged += image.digests.filter { $0.name == reference.name && $0 != reference }
            }
            let isLast = untagged.count == image.tags.count + image.digests.count
            guard isLast else { return }
            if let user = users.first {
                guard force else {
                    throw conflict(
                        "remove repository reference \"\(name)\" (must force)",
                        "container \(user.id.prefix(12)) is using its referenced image \(short)")
                }
                // It stays, without a name.
                return
            }
        } else {
            let repositories = Set((image.tags + image.digests).map(\.name))
            if !force, image.tags.count > 1 || repositories.count > 1 {
                throw conflict("delete \(short) (must be forced)", "image is referenced in multiple repositories")
            }
            if let user = users.first(where: { $0.state == .running }) {
                throw conflict(
                    "delete \(short) (cannot be forced)",
                    "image is being used by running container \(user.id.prefix(12))")
            }
            if let user = users.first {
                // Docker can take the image from under a stopped container; here its layers would go too.
                throw conflict(
                    "delete \(short) (\(force ? "cannot" : "must") be forced)",
                    "image is being used by stopped container \(user.id.prefix(12))")
            }
            untagged = image.tags + image.digests
        }
        deletesImage = true
        let kept = Set(others.flatMap { LayerChain.ids(of: $0.config.layerDiffIDs) })
        layers = LayerChain.ids(of: image.config.layerDiffIDs).reversed().filter { !kept.contains($0) }
    }

    var rows: [ImageDeleteEntry] {
        untagged.map { ImageDeleteEntry(untagged: $0.familiar) }
            + (deletesImage ? ([image] + layers).map { ImageDeleteEntry(deleted: $0.description) } : [])
    }

    /// The image's name that the client meant; nil when it meant the image by its id.
    private static func reference(_ name: String, of image: ImageRecord) -> Reference? {
        guard let reference = try? Reference(parsing: name) else { return nil }
        if reference.digest != nil, let digest = image.digests.first(where: { $0 == reference }) { return digest }
        return image.tags.first { $0 == reference.tagged }
    }
}
