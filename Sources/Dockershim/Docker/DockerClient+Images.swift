import DockerAPI
import NIOCore

extension DockerClient {
    func inspectImage(_ name: String) async throws(DockerFailure) -> ImageInspect {
        do throws(DockerFailure) {
            return try decode(ImageInspect.self, await call("GET", "/images/\(name)/json"))
        } catch {
            throw reworded(error, kind: "image", name: name)
        }
    }

    /// Newest step first.
    func imageHistory(_ id: String) async throws(DockerFailure) -> [ImageHistoryEntry] {
        try decode([ImageHistoryEntry].self, await call("GET", "/images/\(id)/history"))
    }

    /// - Parameter reference: Docker's glob over familiar names; nil: all images.
    func images(reference: String?) async throws(DockerFailure) -> [ImageSummary] {
        let pair = try await filters(reference.map { ["reference": [$0]] } ?? [:])
        return try decode([ImageSummary].self, await call("GET", "/images/json", query: pair.map { [$0] } ?? []))
    }

    /// Takes one tag or digest away, and the image itself with its last one.
    func removeImage(_ name: String) async throws(DockerFailure) {
        do throws(DockerFailure) {
            _ = try await call("DELETE", "/images/\(name)")
        } catch {
            throw reworded(error, kind: "image", name: name)
        }
    }

    /// Pulls until the daemon is done. There is no limit on the whole, but one on silence (`PullWatchdog`).
    /// - Throws: `DockerFailure`; `.pull` for an error told within the stream.
    func pull(_ name: ImageName, credentials: AuthConfig) async throws {
        let header: String
        do {
            header = try credentials.header()
        } catch {
            throw DockerFailure(error)
        }
        let request = DockerRequest(
            "POST", try await versioned("/images/create"),
            query: [.init("fromImage", name.familiarName), .init("tag", name.pulledVersion)],
            headers: [.init("X-Registry-Auth", header)])
        let watchdog = PullWatchdog(clock: clock)
        let messages = ProgressReader()
        let answer = try await watchdog.watch {
            try await self.transport.stream(request) { piece in
                watchdog.sawProgress()
                try messages.receive(piece)
            }
        }
        tally.countREST(bytes: request.wireBytes + answer.wireBytes + messages.bytesRead)
        guard answer.succeeded else { throw Self.refusal(answer) }
    }
}
