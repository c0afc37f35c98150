package import CRI
package import CRIServer
package import Faults

extension DirectCRI {
    /// Removes the image with all its names, whichever of them was given, as containerd does. Idempotent.
    package func removeImage(
        _ request: RemoveImageRequest, _ context: CallContext
    ) async throws(OxbowError) -> RemoveImageResponse {
        if let record = try await find(request.image?.image ?? "") {
            try await core.removeImage(record.id)
        }
        return RemoveImageResponse()
    }
}
