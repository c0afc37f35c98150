import CRI
import Core
import GRPC
import Linux
import OCI
import TestSupport
import Testing

extension Behaviour {
    @Suite(.enabled(if: RegistryFixture.isPossible, "needs docker-registry")) struct Images {
        @Test("a pulled image has its id, tag, digest, size and number of a user", arguments: Stage.all)
        func status(_ stage: Stage) async throws {
            try await stage.check("ImageStatus") { kubelet in
                try await kubelet.registry { registry in
                    let made = try await TestImage.make(Kubelet.markedFiles()) { $0.user = "1234:5678" }
                    try await registry.push(made, as: "a/status:1")
                    let name = "\(registry.address)/a/status"
                    try await kubelet.pull("\(name):1")
                    let image = try await kubelet.present("\(name):1")
                    #expect(image.id == made.id.description)
                    #expect(image.repoTags == ["\(name):1"])
                    #expect(image.repoDigests == ["\(name)@\(made.digest)"])
                    #expect(image.size > 0)
                    #expect(image.uid?.value == 1234)
                    #expect(image.username == "")
                    for other in [made.id.description, "\(name)@\(made.digest)"] {
                        #expect(try await kubelet.image(other)?.id == image.id)
                    }
                }
            }
        }

        @Test("an image is found by its id without the scheme, and by the beginning of it", arguments: Stage.all)
        func shortID(_ stage: Stage) async throws {
            try await stage.check("ImageStatus", gaps: [.dockershim120: "whole ids with their scheme only"]) {
                kubelet in
                try await kubelet.registry { registry in
                    let made = try await TestImage.make(Kubelet.markedFiles())
                    try await registry.push(made, as: "a/short:1")
                    try await kubelet.pull("\(registry.address)/a/short:1")
                    for other in [made.id.hex, String(made.id.hex.prefix(20))] {
                        #expect(try await kubelet.image(other)?.id == made.id.description)
                    }
                }
            }
        }

        @Test("an image that names a user has it as username, without the group", arguments: Stage.all)
        func username(_ stage: Stage) async throws {
            try await stage.check("ImageStatus") { kubelet in
                try await kubelet.registry { registry in
                    let made = try await TestImage.make(Kubelet.markedFiles()) { $0.user = "alice:staff" }
                    try await registry.push(made, as: "a/user:1")
                    try await kubelet.pull("\(registry.address)/a/user:1")
                    let image = try await kubelet.present("\(registry.address)/a/user:1")
                    #expect(image.username == "alice")
                    #expect(image.uid == nil)
                }
            }
        }

        @Test("an absent image, and what can be no image's name, are answered without an image", arguments: Stage.all)
        func absent(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "Docker's 400 for a malformed name is an error"]
            try await stage.check("ImageStatus", gaps: gaps) { kubelet in
                let digest = "sha256:" + String(repeating: "0", count: 64)
                for name in ["127.0.0.1:9/no/such:1", "nosuch", digest, "nosuch@\(digest)", "Bad Name", ":::"] {
                    let found = try await kubelet.image(name)
                    #expect(found == nil, "\(name)")
                }
            }
        }

        @Test("verbose: the chain id and the image's configuration as JSON", arguments: Stage.all)
        func verbose(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "tells labels only"]
            try await stage.check("ImageStatus", gaps: gaps) { kubelet in
                try await kubelet.registry { registry in
                    let made = try await TestImage.make(Kubelet.markedFiles()) {
                        $0.labels = ["a": "b"]
                        $0.history = [.init(created: "2024-01-01T00:00:00Z", createdBy: "made for a test")]
                    }
                    try await registry.push(made, as: "a/verbose:1")
                    try await kubelet.pull("\(registry.address)/a/verbose:1")
                    let answer = try await kubelet.client.imageStatus(
                        ImageStatusRequest(image: ImageSpec(image: made.id.description), verbose: true))
                    let info = try JSONValue(parsing: Array(#require(answer.info["info"]).utf8))
                    // Of one layer, the chain is the layer.
                    let layer = made.layers[0].diffID.description
                    #expect(info["chainID"]?.string == layer)
                    let spec = try #require(info["imageSpec"])
                    #expect(spec["architecture"]?.string == Descriptor.Platform.host.architecture)
                    #expect(spec["config"]?["Labels"]?["a"]?.string == "b")
                    #expect(spec["rootfs"]?["diff_ids"]?.array?.first?.string == layer)
                    #expect(spec["history"]?.array?.first?["created_by"]?.string == "made for a test")
                }
            }
        }

        @Test(
            "a tag that moves on in the registry moves with the next pull; the old image keeps its digest",
            arguments: Stage.all)
        func retag(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "lists the old image under the tag <none>:<none>"]
            try await stage.check("PullImage", gaps: gaps) { kubelet in
                try await kubelet.registry { registry in
                    let (old, new) = (
                        try await TestImage.make(Kubelet.markedFiles()), try await TestImage.make(Kubelet.markedFiles())
                    )
                    let name = "\(registry.address)/a/moving"
                    try await registry.push(old, as: "a/moving:1")
                    try await kubelet.pull("\(name):1")
                    try await registry.push(new, as: "a/moving:1")
                    try await kubelet.pull("\(name):1")
                    #expect(try await kubelet.present("\(name):1").id == new.id.description)
                    let listed = try await kubelet.images()
                    let left = try #require(listed.first { $0.id == old.id.description })
                    #expect(left.repoTags == [])
                    #expect(left.repoDigests == ["\(name)@\(old.digest)"])
                    #expect(try await kubelet.image("\(name)@\(old.digest)")?.id == left.id)
                }
            }
        }

        @Test("a list is filtered by id, name, digest or repository", arguments: Stage.all)
        func filters(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "the filter is Docker's glob over names"]
            try await stage.check("ListImages", gaps: gaps) { kubelet in
                try await kubelet.registry { registry in
                    let (one, two) = (
                        try await TestImage.make(Kubelet.markedFiles()), try await TestImage.make(Kubelet.markedFiles())
                    )
                    let name = "\(registry.address)/a/listed"
                    try await registry.push(one, as: "a/listed:1")
                    try await registry.push(two, as: "a/listed:2")
                    for tag in ["1", "2"] { try await kubelet.pull("\(name):\(tag)") }
                    func ids(_ filter: String) async throws -> Set<String> {
                        Set(try await kubelet.images(filter).map(\.id))
                    }
                    #expect(try await ids(name) == [one.id.description, two.id.description])
                    #expect(try await ids("\(name):1") == [one.id.description])
                    #expect(try await ids("\(name)@\(two.digest)") == [two.id.description])
                    #expect(try await ids(one.id.description) == [one.id.description])
                    #expect(try await ids(one.id.hex) == [one.id.description])
                    #expect(try await ids("\(name):3") == [])
                    #expect(try await ids("").isSuperset(of: [one.id.description, two.id.description]))
                }
            }
        }

        @Test("a list tells the user of each image", arguments: Stage.all)
        func listedUser(_ stage: Stage) async throws {
            let reason = "no list of Docker's has users; ImageStatus tells them"
            try await stage.check("ListImages", gaps: [.dockershim: reason, .dockershim120: reason]) { kubelet in
                try await kubelet.registry { registry in
                    let made = try await TestImage.make(Kubelet.markedFiles()) { $0.user = "77" }
                    try await registry.push(made, as: "a/listed-user:1")
                    try await kubelet.pull("\(registry.address)/a/listed-user:1")
                    let image = try #require(try await kubelet.images().first { $0.id == made.id.description })
                    #expect(image.uid?.value == 77)
                }
            }
        }

        @Test("an image's spec has its id and the annotations of its manifest", arguments: Stage.all)
        func annotations(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [
                .dockershim: "Docker keeps no annotations of manifests", .dockershim120: "the field came later",
            ]
            try await stage.check("ImageStatus", gaps: gaps) { kubelet in
                try await kubelet.registry { registry in
                    let made = try await TestImage.make(
                        Kubelet.markedFiles(), annotations: ["org.example.note": "ä \"quoted\""])
                    try await registry.push(made, as: "a/annotated:1")
                    try await kubelet.pull("\(registry.address)/a/annotated:1")
                    let image = try await kubelet.present("\(registry.address)/a/annotated:1")
                    #expect(image.spec?.image == image.id)
                    #expect(image.spec?.annotations == ["org.example.note": "ä \"quoted\""])
                }
            }
        }

        @Test("the image that every sandbox needs is pinned, others are not", arguments: Stage.all)
        func pinned(_ stage: Stage) async throws {
            try await stage.check("ListImages", gaps: [.dockershim120: "the field came later"]) { kubelet in
                let images = try await kubelet.images()
                func isPinned(_ name: String) -> Bool? { images.first { $0.repoTags.contains(name) }?.pinned }
                #expect(isPinned(BuiltinImages.pauseName) == true)
                #expect(isPinned(Kubelet.image) == false)
                #expect(try await kubelet.present(BuiltinImages.pauseName).pinned)
            }
        }
    }
}
