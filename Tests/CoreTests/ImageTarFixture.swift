import Glibc
import Linux
import NIOCore
import OCI
import TestSupport

@testable import Core

/// What `stat` and `getxattr` say, by path.
enum Look {
    static func at(_ path: String) throws -> stat {
        var facts = stat()
        guard lstat(path, &facts) == 0 else { throw SystemFailure("lstat", path) }
        return facts
    }
    static func isWhiteout(_ path: String) throws -> Bool {
        let facts = try at(path)
        return facts.st_mode & S_IFMT == S_IFCHR && facts.st_rdev == 0
    }
    static func text(_ path: String) throws -> String { String(decoding: try Files.read(path), as: UTF8.self) }
}

/// An image archive of one image with the given layers.
func dockerArchive(
    _ layers: [[UInt8]], tags: [String] = ["test:1"], diffIDs: [Digest]? = nil, links: [Int: Int] = [:]
) -> [UInt8] {
    let ids = diffIDs ?? layers.map { Digest.of(ByteBuffer(bytes: $0)) }
    let list = ids.map { "\"\($0)\"" }.joined(separator: ",")
    let config =
        #"{"architecture":"amd64","os":"linux","config":{"Cmd":["x"]},"rootfs":{"type":"layers","diff_ids":[\#(list)]}}"#
    var tar = TestTar()
    for (index, layer) in layers.enumerated() {
        if let target = links[index] {
            tar.add("l\(index)/layer.tar", type: "2", link: "../l\(target)/layer.tar")
        } else {
            tar.add("l\(index)/layer.tar", content: layer)
        }
    }
    tar.add("c.json", config)
    let names = layers.indices.map { "\"l\($0)/layer.tar\"" }.joined(separator: ",")
    let repoTags = tags.map { "\"\($0)\"" }.joined(separator: ",")
    tar.add("manifest.json", #"[{"Config":"c.json","RepoTags":[\#(repoTags)],"Layers":[\#(names)]}]"#)
    return tar.finished
}
