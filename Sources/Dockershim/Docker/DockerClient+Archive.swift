import DockerAPI

extension DockerClient {
    /// Bytes of a file that is read out of a container.
    static let fileLimit = 4 << 20
    /// Links that are followed from one name.
    private static let linkLimit = 8

    /// A regular file of a container, running or not, read through `GET archive`; nil when there is none.
    /// - Throws: `.malformed` for one that is too large.
    func file(_ path: String, in container: String) async throws(DockerFailure) -> [UInt8]? {
        var path = path
        for _ in 0..<Self.linkLimit {
            let request = DockerRequest(
                "GET", try await versioned("/containers/\(container)/archive"), query: [.init("path", path)],
                timeout: Self.requestTimeout)
            let answer = try await transport.exchange(request, bodyLimit: Self.fileLimit + (16 << 10))
            tally.countREST(bytes: request.wireBytes + answer.wireBytes)
            if answer.status == 404 { return nil }
            guard answer.succeeded else { throw Self.refusal(answer) }
            switch TarFile(answer.body) {
            case .file(let bytes): return bytes
            case .link(let target):
                // The daemon follows all links but the last one, and never leaves the container's root.
                path = target.hasPrefix("/") ? target : PathText.join(PathText.folder(path), target)
            case nil: return nil
            }
        }
        return nil
    }
}
