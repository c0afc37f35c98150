import Core
import DockerAPI
import HTTPServer
import NIOCore
import OCI

extension Engine {
    /// `GET /containers/json`: what kubelets poll.
    @Sendable func listContainers(_ call: Call) async throws -> ServerResponse {
        let filters = try call.filters(allowing: ContainerFilter.names)
        let containers = await core.containers()
        let images = try await core.images()
        let filter = try ContainerFilter(filters, containers: containers, images: images)
        let limit = call.text("limit").flatMap { Int($0) } ?? 0
        let showsAll = call.flag("all") || limit > 0 || filter.impliesAll

        var shown = containers.filter { showsAll || $0.state == .running || restarts.isPending($0.id) }
        shown.sort { ($0.createdAt, $0.id) > ($1.createdAt, $1.id) }
        let names = ImageNames(images)
        var body = ByteBuffer(string: "[")
        var count = 0
        for record in shown where limit <= 0 || count < limit {
            let document = documents.document(of: record)
            let isRestarting = restarts.isPending(record.id)
            guard filter.admits(record, document, isRestarting: isRestarting) else { continue }
            if count > 0 { body.writeString(",") }
            count += 1
            let sizes = call.flag("size") ? try await sizes(of: record) : nil
            try summaries.write(
                record, document, imageNow: names[record.spec.imageName], isRestarting: isRestarting, now: now,
                sizes: sizes, into: &body)
        }
        body.writeString("]\n")
        return .bytes(status: .ok, headers: ["Content-Type": Answer.jsonType], body: body)
    }
}

/// Which image each name leads to, for many look-ups in one request.
struct ImageNames {
    private var byName: [String: Digest] = [:]
    private let ids: [Digest]

    init(_ images: [ImageRecord]) {
        ids = images.map(\.id)
        for image in images {
            for name in image.tags + image.digests {
                byName[name.familiar] = image.id
                byName[name.canonical] = image.id
                // `busybox` stands for `busybox:latest`.
                if name.tag == "latest" { byName[name.familiarName] = image.id }
            }
        }
    }

    /// By name, id or the beginning of an id.
    subscript(name: String) -> Digest? {
        if let found = byName[name] { return found }
        let hex = name.hasPrefix("sha256:") ? name.dropFirst(7) : name[...]
        guard hex.utf8.count >= 12 || name.hasPrefix("sha256:") else { return nil }
        return ids.first { $0.hex.hasPrefix(hex) }
    }
}
