package import CRI
package import CRIServer
import Core
package import Faults
import NIOCore
import OCI

extension DirectCRI {
    /// An absent image is an answer without an image, not an error; so is a name that no image can have.
    package func imageStatus(
        _ request: ImageStatusRequest, _ context: CallContext
    ) async throws(OxbowError) -> ImageStatusResponse {
        guard let record = try await find(request.image?.image ?? "") else { return ImageStatusResponse() }
        return ImageStatusResponse(
            image: image(record), info: request.verbose ? ["info": try await verboseInfo(of: record)] : [:])
    }

    /// - Returns: nil when there is none, and when the text is no name.
    func find(_ name: String) async throws(OxbowError) -> ImageRecord? {
        do throws(OxbowError) {
            return try await core.image(name)
        } catch {
            guard error.kind == .badRequest else { throw error }
            return nil
        }
    }

    /// What containerd tells: the name of the stack of layers, and the configuration document as it came.
    private func verboseInfo(of record: ImageRecord) async throws(OxbowError) -> String {
        // It was read as JSON when the image came, so it can stand inside other JSON as it is.
        let document = String(buffer: try await core.imageConfiguration(record.id))
        let chain = LayerChain.ids(of: record.config.layerDiffIDs).last?.description ?? ""
        return #"{"chainID":"\#(chain)","imageSpec":\#(document)}"#
    }
}
