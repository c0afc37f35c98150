package import CRI
package import CRIServer
import Core
package import Faults
import Linux

extension DirectCRI {
    package func imageFsInfo(
        _ request: ImageFsInfoRequest, _ context: CallContext
    ) async throws(OxbowError) -> ImageFsInfoResponse {
        ImageFsInfoResponse(
            imageFilesystems: [usage(try await core.imageFilesystem())],
            containerFilesystems: [usage(try await core.containerFilesystem())])
    }

    private func usage(_ figures: FilesystemFigures) -> FilesystemUsage {
        FilesystemUsage(
            timestamp: Timestamp.now().nanoseconds, fsId: FilesystemIdentifier(mountpoint: figures.mountpoint),
            usedBytes: UInt64Value(value: figures.usedBytes), inodesUsed: UInt64Value(value: figures.usedInodes))
    }
}
