package import CRI
package import CRIServer
package import Faults

extension DirectCRI {
    /// An absent image is an answer without an image, not an error.
    package func imageStatus(
        _ request: ImageStatusRequest, _ context: CallContext
    ) async throws(OxbowError) -> ImageStatusResponse {
        guard let record = try await core.image(request.image?.image ?? "") else { return ImageStatusResponse() }
        return ImageStatusResponse(image: Image(record), info: request.verbose ? record.config.labels : [:])
    }
}
