import CRI
import GRPC
import OCI
import TestSupport
import Testing

extension Behaviour {
    @Suite(.enabled(if: RegistryFixture.isPossible, "needs docker-registry")) struct ImagePulls {
        @Test(
            "a pull by tag answers the image's id, also the second time and with a sandbox's configuration",
            arguments: Stage.all)
        func byTag(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "answers the repository's digest"]
            try await stage.check("PullImage", gaps: gaps) { kubelet in
                try await kubelet.registry { registry in
                    let made = try await TestImage.make(Kubelet.markedFiles())
                    try await registry.push(made, as: "a/tagged:1")
                    let name = "\(registry.address)/a/tagged:1"
                    #expect(try await kubelet.pull(name) == made.id.description)
                    #expect(try await kubelet.pull(name) == made.id.description)
                    let answer = try await kubelet.client.pullImage(
                        PullImageRequest(
                            image: ImageSpec(image: name, annotations: ["a": "b"]),
                            sandboxConfig: kubelet.podConfiguration()))
                    #expect(answer.imageRef == made.id.description)
                }
            }
        }

        @Test(
            "a pull by digest, with or without a tag before it, gives the image its digest and no tag",
            arguments: Stage.all)
        func byDigest(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "lists the image under the tag <none>:<none>"]
            try await stage.check("PullImage", gaps: gaps) { kubelet in
                try await kubelet.registry { registry in
                    for version in ["", ":1"] {
                        let made = try await TestImage.make(Kubelet.markedFiles())
                        try await registry.push(made, as: "a/digest:1")
                        let name = "\(registry.address)/a/digest\(version)@\(made.digest)"
                        try await kubelet.pull(name)
                        let image = try #require(try await kubelet.images().first { $0.id == made.id.description })
                        #expect(image.repoTags == [])
                        #expect(image.repoDigests == ["\(registry.address)/a/digest@\(made.digest)"])
                        #expect(try await kubelet.image(name)?.id == image.id)
                    }
                }
            }
        }

        @Test("layers in gzip, zstd and plain, in Docker's and in OCI's manifests, run", arguments: Stage.all)
        func formats(_ stage: Stage) async throws {
            try await stage.check("PullImage") { kubelet in
                try await kubelet.registry { registry in
                    for format in TestImage.Format.allCases {
                        for packing in TestImage.Packing.allCases {
                            let files = Kubelet.markedFiles()
                            let base = try await TestImage.shell(marked: []).layers[0]
                            var tar = TestTar()
                            tar.add("mark", files["mark"] ?? "")
                            let layer = try await TestImage.layer(tar.finished, packing, format)
                            let made = TestImage(layers: [base, layer], format: format)
                            let name = "a/\(format)-\(packing):1"
                            try await registry.push(made, as: name)
                            try await kubelet.pull("\(registry.address)/\(name)")
                            try await kubelet.pod { pod in
                                let run = try await pod.run("read line < /mark; echo \"$line\"") {
                                    $0.image = ImageSpec(image: made.id.description)
                                }
                                #expect(run.output == (files["mark"] ?? "") + "\n")
                            }
                        }
                    }
                }
            }
        }

        @Test("of an image for several platforms, this host's comes; the name is the index's", arguments: Stage.all)
        func platforms(_ stage: Stage) async throws {
            try await stage.check("PullImage") { kubelet in
                try await kubelet.registry { registry in
                    for (number, type) in [MediaType.ociIndex, MediaType.dockerIndex].enumerated() {
                        let format: TestImage.Format = number == 0 ? .oci : .docker
                        let other = Descriptor.Platform(architecture: "s390x", os: "linux")
                        let foreign = try await TestImage.make(Kubelet.markedFiles(), format: format, platform: other)
                        let ours = try await TestImage.make(Kubelet.markedFiles(), format: format)
                        let digest = try await registry.push(
                            [(foreign, other), (ours, .host)], as: "a/many:\(number)", type: type)
                        let name = "\(registry.address)/a/many"
                        try await kubelet.pull("\(name):\(number)")
                        let image = try await kubelet.present("\(name):\(number)")
                        #expect(image.id == ours.id.description)
                        #expect(image.repoDigests == ["\(name)@\(digest)"])
                    }
                }
            }
        }

        @Test("an image for other platforms only is not found, and the message names this one", arguments: Stage.all)
        func noPlatform(_ stage: Stage) async throws {
            try await stage.check("PullImage", gaps: [.dockershim120: Gap.unknown]) { kubelet in
                try await kubelet.registry { registry in
                    let other = Descriptor.Platform(architecture: "s390x", os: "linux")
                    let foreign = try await TestImage.make(Kubelet.markedFiles(), platform: other)
                    _ = try await registry.push([(foreign, other)], as: "a/foreign:1", type: MediaType.ociIndex)
                    let host = Descriptor.Platform.host
                    await kubelet.expectRefusal(
                        "\(registry.address)/a/foreign:1", .notFound,
                        "no matching manifest for \(host.os)/\(host.architecture)")
                }
            }
        }

        @Test("a missing repository, tag or digest is NOT_FOUND", arguments: Stage.all)
        func missing(_ stage: Stage) async throws {
            try await stage.check("PullImage", gaps: [.dockershim120: Gap.unknown]) { kubelet in
                try await kubelet.registry { registry in
                    try await registry.push(try await TestImage.make(Kubelet.markedFiles()), as: "a/there:1")
                    let none = "sha256:" + String(repeating: "0", count: 64)
                    for name in ["a/nosuch:1", "a/there:2", "a/there@\(none)"] {
                        await kubelet.expectRefusal("\(registry.address)/\(name)", .notFound, "not found")
                    }
                }
            }
        }

        @Test(
            "a registry that does not answer is UNAVAILABLE; what is no name is INVALID_ARGUMENT", arguments: Stage.all)
        func unavailable(_ stage: Stage) async throws {
            try await stage.check("PullImage", gaps: [.dockershim120: Gap.unknown]) { kubelet in
                await kubelet.expectRefusal("127.0.0.1:1/a/b:1", .unavailable, "onnection refused")
                for name in ["Bad Name", "a:b:c", "sha256:" + String(repeating: "0", count: 64)] {
                    await kubelet.expectRefusal(name, .invalidArgument, "invalid reference format")
                }
            }
        }
    }
}

/// Reasons that many tests share.
enum Gap {
    static let unknown = "answers UNKNOWN for every error"
}
