import CRI
import GRPC
import Linux
import NIOCore
import OCI
import TestSupport
import Testing

extension Behaviour {
    /// Registries that hold what they should not.
    @Suite struct ImageContent {
        @Test("a blob that is not what its digest says is refused, and nothing of it is kept", arguments: Stage.all)
        func corrupt(_ stage: Stage) async throws {
            try await stage.check("PullImage", gaps: [.dockershim120: Gap.unknown]) { kubelet in
                try await kubelet.scripted { registry in
                    let made = try await TestImage.make(Kubelet.markedFiles())
                    registry.add(made, as: "1")
                    var bytes = made.layers[0].blob
                    bytes[bytes.count / 2] ^= 0xff
                    registry.add(blob: bytes, as: made.layers[0].digest)
                    let name = "\(registry.address)/a/corrupt:1"
                    await kubelet.expectRefusal(name, .dataLoss, made.layers[0].digest.description)
                    #expect(try await kubelet.image(name) == nil)
                    // The next pull asks for the whole of it, and gets it.
                    registry.add(blob: made.layers[0].blob)
                    try await kubelet.pull(name)
                    #expect(registry.ranges(of: made.layers[0].digest) == ["", ""])
                }
            }
        }

        @Test("a layer that is not what the configuration says is refused", arguments: Stage.all)
        func wrongDiffID(_ stage: Stage) async throws {
            try await stage.check("PullImage", gaps: [.dockershim120: Gap.unknown]) { kubelet in
                try await kubelet.scripted { registry in
                    var layer = try await TestImage.make(Kubelet.markedFiles()).layers[0]
                    layer.diffID = Digest.of(ByteBuffer(string: "something else"))
                    registry.add(TestImage(layers: [layer]), as: "1")
                    await kubelet.expectRefusal("\(registry.address)/a/diff:1", .dataLoss, "diff id")
                }
            }
        }

        @Test("a blob longer or shorter than the manifest says is refused", arguments: Stage.all)
        func wrongSize(_ stage: Stage) async throws {
            try await stage.check("PullImage", gaps: [.dockershim120: Gap.unknown]) { kubelet in
                try await kubelet.scripted { registry in
                    for (tag, change) in [("long", -1), ("short", 1)] {
                        let made = try await TestImage.make(Kubelet.markedFiles())
                        registry.add(made, as: "honest")
                        let size = made.layers[0].blob.count
                        let text = String(decoding: made.manifest, as: UTF8.self)
                            .replacing("\"size\":\(size)", with: "\"size\":\(size + change)")
                        registry.add(.init(Array(text.utf8)), as: tag)
                        let failure = await kubelet.failure { () throws(GRPCStatus) in
                            try await kubelet.pull("\(registry.address)/a/size:\(tag)")
                        }
                        // One byte too few is a connection that broke off, as far as anybody can tell.
                        #expect(failure?.code == (change < 0 ? .dataLoss : .unavailable), "\(failure?.message ?? "")")
                    }
                }
            }
        }

        @Test("a manifest of more than 4 MiB, and one that is no manifest, are refused", arguments: Stage.all)
        func hugeManifest(_ stage: Stage) async throws {
            try await stage.check("PullImage", gaps: [.dockershim120: Gap.unknown]) { kubelet in
                try await kubelet.scripted { registry in
                    registry.add(.init([UInt8](repeating: 32, count: 5 << 20)), as: "huge")
                    await kubelet.expectRefusal("\(registry.address)/a/b:huge", .resourceExhausted, "too long")
                    registry.add(.init(Array("[1, 2".utf8)), as: "odd")
                    await kubelet.expectRefusal("\(registry.address)/a/b:odd", .dataLoss, "malformed")
                }
            }
        }

        @Test("schema 1, foreign layers and artifacts are refused as not supported", arguments: Stage.all)
        func unsupported(_ stage: Stage) async throws {
            try await stage.check("PullImage", gaps: [.dockershim120: Gap.unknown]) { kubelet in
                try await kubelet.scripted { registry in
                    let old = #"{"schemaVersion":1,"name":"a/b","tag":"1","architecture":"amd64","fsLayers":[]}"#
                    registry.add(
                        .init(Array(old.utf8), type: "application/vnd.docker.distribution.manifest.v1+json"), as: "old")
                    await kubelet.expectRefusal("\(registry.address)/a/b:old", .unimplemented, "schema version 1")

                    let made = try await TestImage.make(Kubelet.markedFiles(), format: .docker)
                    let text = String(decoding: made.manifest, as: UTF8.self)
                    registry.add(made, as: "honest")
                    for (tag, type) in [
                        ("foreign", "image.rootfs.foreign.diff.tar.gzip"), ("chart", "image.rootfs.diff.tar.gzip"),
                    ] {
                        var changed = text.replacing("image.rootfs.diff.tar.gzip", with: type)
                        if tag == "chart" {
                            changed = changed.replacing(
                                MediaType.dockerConfig, with: "application/vnd.cncf.helm.config.v1+json")
                        }
                        registry.add(.init(Array(changed.utf8), type: MediaType.dockerManifest), as: tag)
                    }
                    await kubelet.expectRefusal("\(registry.address)/a/b:foreign", .unimplemented, "not held")
                    await kubelet.expectRefusal(
                        "\(registry.address)/a/b:chart", .unimplemented, "not a container image")
                }
            }
        }

        @Test("names in a layer that lead out of it are refused, and nothing is written outside", arguments: Stage.all)
        func hostileNames(_ stage: Stage) async throws {
            try await stage.check("PullImage", gaps: [.dockershim120: Gap.unknown]) { kubelet in
                try await kubelet.scripted { registry in
                    let outside = "/tmp/oxbow-escaped-\(UInt64.random(in: 0 ... .max))"
                    let up = String(repeating: "../", count: 20) + outside.dropFirst()
                    var tars: [TestTar] = []
                    for name in [outside, up, "/" + up, "a/../../" + up] {
                        var tar = TestTar()
                        tar.add(name, "escaped")
                        tars.append(tar)
                    }
                    var link = TestTar()
                    link.add("hard", type: "1", link: up)
                    tars.append(link)
                    var through = TestTar()
                    through.add("down", type: "2", link: "/tmp")
                    through.add("down/../../" + String(outside.dropFirst()), "escaped")
                    tars.append(through)
                    for (number, tar) in tars.enumerated() {
                        let layer = try await TestImage.layer(tar.finished, .gzip)
                        registry.add(TestImage(layers: [layer]), as: "\(number)")
                        await kubelet.expectRefusal("\(registry.address)/a/hostile:\(number)", .dataLoss, "archive")
                        #expect(try await blocking { !Files.exists(outside) })
                    }
                }
            }
        }
    }
}
