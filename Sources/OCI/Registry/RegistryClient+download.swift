package import Faults
import HTTPClient
import Linux
import NIOCore

extension RegistryClient {
    /// Tries of one blob. Each goes on where the one before broke off.
    package static let downloadTries = 5
    private static let firstPause = Duration.milliseconds(200)
    /// Longest silence within a blob.
    private static let stall = Duration.seconds(60)

    /// Streams a blob into a file, its digest and size verified on the way.
    ///
    /// - Parameters:
    ///   - path: what an earlier download left there is gone on with. It stays when this one breaks off or is withdrawn,
    ///     and is removed on any other failure. Nobody else may write it meanwhile.
    ///   - progress: bytes so far.
    /// - Throws: `.corrupt` when the content does not fit its digest or size; `.tooLarge` when the disk is full.
    package func download(
        _ descriptor: Descriptor, to path: String, progress: @escaping @Sendable (UInt64) -> Void
    ) async throws(OxbowError) {
        do {
            let file = try await blocking { try BlobFile(path, expecting: descriptor) }
            try await download(descriptor, into: file, progress: progress)
            if !file.isWhole, file.found > 0 {
                // What was found may be what a crash of the host has made of it.
                try await blocking { try file.restart() }
                try await download(descriptor, into: file, progress: progress)
            }
            guard file.isWhole else {
                throw OxbowError(.corrupt, "blob: content does not fit its digest (\(descriptor.digest))")
            }
        } catch {
            let mayGoOn = error is HTTPFailure || error is CancellationError
            if !mayGoOn { try? await blocking { try Files.removeFile(path) } }  // the failure itself is the news
            throw Self.wrap(error, descriptor)
        }
    }

    private func download(
        _ descriptor: Descriptor, into file: BlobFile, progress: @escaping @Sendable (UInt64) -> Void
    ) async throws {
        var pause = Self.firstPause
        var tries = 1
        var challenged = false
        while true {
            do {
                try await attempt(descriptor, file, progress)
                return
            } catch let challenge as Challenge where !challenged {
                challenged = true
                guard try await answer(challenge.header) else { throw challenge.refusal }
            } catch let failure as HTTPFailure where failure.reason != .cancelled && tries < Self.downloadTries {
                tries += 1
                try await Task.sleep(for: pause)
                pause = pause * 2
            } catch let challenge as Challenge {
                throw challenge.refusal
            }
        }
    }

    /// The registry wants to know who asks.
    private struct Challenge: Error {
        let header: String?
        let refusal: OxbowError
    }

    private func attempt(
        _ descriptor: Descriptor, _ file: BlobFile, _ progress: @escaping @Sendable (UInt64) -> Void
    ) async throws {
        let start = file.count
        if start == descriptor.size { return }
        var request = authorized(HTTPRequest("GET", url("blobs/\(descriptor.digest)"), timeout: nil))
        request.stallTimeout = Self.stall
        if start > 0 { request.headers.append(("Range", "bytes=\(start)-")) }
        try await client.stream(request) { head in
            switch head.status {
            case 206 where start > 0: break
            case 200: if start > 0 { try await blocking { try file.restart() } }
            case 416 where start > 0:
                try await blocking { try file.restart() }
                throw HTTPFailure(reason: .broken, detail: "range refused")
            case 401:
                let refusal = refusal(HTTPResponse(head: head, body: ByteBuffer()), of: "blob")
                throw Challenge(header: head["WWW-Authenticate"], refusal: refusal)
            case 500...: throw HTTPFailure(reason: .broken, detail: "status \(head.status)")
            default: throw refusal(HTTPResponse(head: head, body: ByteBuffer()), of: "blob")
            }
        } receive: { bytes in
            try await blocking { try file.append(bytes) }
            progress(file.count)
        }
        // A connection that ends early without a length looks like success.
        guard file.count == descriptor.size else { throw HTTPFailure(reason: .broken, detail: "blob cut short") }
    }

    private static func wrap(_ error: any Error, _ descriptor: Descriptor) -> OxbowError {
        switch error {
        case let error as OxbowError: error
        case let error as HTTPFailure: failure(error, "blob \(descriptor.digest.short)")
        case let error as SystemFailure where error.isFullDisk:
            OxbowError(.tooLarge, "blob: no space left on device (\(descriptor.digest))", origin: error)
        case let error as SystemFailure: OxbowError(.ours, "blob: cannot be stored: \(error.reason)", origin: error)
        case is CancellationError: OxbowError(.cancelled, "blob: download withdrawn (\(descriptor.digest))")
        default: OxbowError(.ours, "blob: cannot be stored (\(descriptor.digest))", origin: error)
        }
    }
}
