package import CRI
package import CRIServer
package import Faults
import Linux

extension DirectCRI {
    package func imageFsInfo(
        _ request: ImageFsInfoRequest, _ context: CallContext
    ) async throws(OxbowError) -> ImageFsInfoResponse {
        let figures = try await core.imageFilesystem()
        let usage = FilesystemUsage(
            timestamp: Timestamp.now().nanoseconds, fsId: FilesystemIdentifier(mountpoint: figures.mountpoint),
            usedBytes: UInt64Value(value: figures.usedBytes), inodesUsed: UInt64Value(value: figures.usedInodes))
        return ImageFsInfoResponse(imageFilesystems: [usage], containerFilesystems: [usage])
    }
}
