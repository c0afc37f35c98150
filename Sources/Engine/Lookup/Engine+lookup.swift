import Core
import DockerAPI
import Faults
import OCI

extension Engine {
    /// - Throws: `.missing` `No such container: x`, `.badRequest` for an ambiguous or empty reference.
    func container(_ reference: String) async throws(OxbowError) -> ContainerRecord {
        if let exact = await core.container(reference) { return exact }
        return try ContainerReference(text: reference).find(in: await core.containers())
    }

    func container(of call: Call) async throws(OxbowError) -> ContainerRecord {
        try await container(call[parameter: "id"])
    }

    /// - Throws: `.missing` `No such image: nope:latest`, `.badRequest` for what cannot be a name.
    func image(_ name: String) async throws(OxbowError) -> ImageRecord {
        if let image = try await core.image(name) { return image }
        throw OxbowError(.missing, "No such image: \(Self.shownName(name))")
    }

    /// As messages show an image that was not found: with its tag, an id as it is.
    static func shownName(_ name: String) -> String {
        if Digest(name) != nil { return name }
        return (try? Reference(parsing: name))?.tagged.familiar ?? name
    }

    /// Docker's conflict text, from which dockershim and cri-dockerd read the holder's id.
    static func nameConflict(_ name: String, holder: String) -> OxbowError {
        OxbowError(
            .taken,
            "Conflict. The container name \"/\(name)\" is already in use by container \"\(holder)\". You have to remove "
                + "(or rename) that container to be able to reuse that name.")
    }
}
