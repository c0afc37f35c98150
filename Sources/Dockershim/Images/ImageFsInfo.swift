import Synchronization
package import CRI
package import CRIServer
import DockerAPI
package import Faults
import Linux

extension Dockershim {
    /// The daemon's disk usage is asked for again after this long.
    static let diskUsageLifetime = Duration.seconds(30)

    /// Bytes of all layers, and of all containers' writable layers beside them. Inodes are the daemon's secret.
    package func imageFsInfo(
        _ request: ImageFsInfoRequest, _ context: CallContext
    ) async throws(OxbowError) -> ImageFsInfoResponse {
        try await serve(context) {
            if era.measuresImageMetadata { return try await measureMetadata() }
            let root = try await rememberedInfo().dockerRootDir
            let usage = try await diskUsage()
            let writable = (usage.containers ?? []).reduce(0) { $0 + max($1.sizeRw, 0) }
            return ImageFsInfoResponse(
                imageFilesystems: [filesystem(root, bytes: usage.layersSize)],
                containerFilesystems: [filesystem(root, bytes: writable)])
        }
    }

    private func filesystem(_ root: String, bytes: Int64) -> FilesystemUsage {
        FilesystemUsage(
            timestamp: clock.wall(), fsId: FilesystemIdentifier(mountpoint: root),
            usedBytes: UInt64Value(value: UInt64(max(bytes, 0))))
    }

    private func diskUsage() async throws(DockerFailure) -> DiskUsage {
        if let usage = memory.withLock({ $0.diskUsage.fresh(at: clock.elapsed()) }) { return usage }
        let usage = try await docker.diskUsage()
        memory.withLock { $0.diskUsage.keep(usage, from: clock.elapsed(), for: Self.diskUsageLifetime) }
        return usage
    }

    private func measureMetadata() async throws -> ImageFsInfoResponse {
        let root = try await docker.info().dockerRootDir
        let used = try await blocking { try Files.usage(of: PathText.join(root, "image")) }
        return ImageFsInfoResponse(imageFilesystems: [
            FilesystemUsage(
                timestamp: clock.wall() / 1_000_000_000, fsId: FilesystemIdentifier(mountpoint: root),
                usedBytes: UInt64Value(value: used.bytes), inodesUsed: UInt64Value(value: used.inodes))
        ])
    }
}
