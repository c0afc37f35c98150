import CRI
import GRPC
import TestSupport
import Testing

extension Behaviour {
    @Suite(.enabled(if: RegistryFixture.isPossible, "needs docker-registry")) struct ImageRemoval {
        /// An image under two tags of one repository and one of another.
        private func pulled(_ kubelet: Kubelet, _ registry: RegistryFixture) async throws -> (TestImage, [String]) {
            let made = try await TestImage.shell(marked: Kubelet.mark())
            let names = ["a/gone:1", "a/gone:2", "b/gone:1"]
            for name in names {
                try await registry.push(made, as: name)
                try await kubelet.pull("\(registry.address)/\(name)")
            }
            return (made, names.map { "\(registry.address)/\($0)" })
        }

        @Test("removal by id takes the image with all its names", arguments: Stage.all)
        func byID(_ stage: Stage) async throws {
            try await stage.check("RemoveImage") { kubelet in
                try await kubelet.registry { registry in
                    let (made, names) = try await pulled(kubelet, registry)
                    #expect(try await kubelet.present(made.id.description).repoTags.sorted() == names.sorted())
                    try await kubelet.remove(made.id.description)
                    for name in names + [made.id.description] { #expect(try await kubelet.image(name) == nil) }
                    #expect(try await kubelet.images().allSatisfy { $0.id != made.id.description })
                }
            }
        }

        @Test("removal by tag or by digest takes the whole image too, as containerd's does", arguments: Stage.all)
        func byName(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "knows ids only: reports success and removes nothing"]
            try await stage.check("RemoveImage", gaps: gaps) { kubelet in
                try await kubelet.registry { registry in
                    for isDigest in [false, true] {
                        let (made, names) = try await pulled(kubelet, registry)
                        try await kubelet.remove(isDigest ? "\(registry.address)/b/gone@\(made.digest)" : names[1])
                        for name in names + [made.id.description] { #expect(try await kubelet.image(name) == nil) }
                    }
                }
            }
        }

        @Test("removal of what is not there succeeds, once, twice, and for what can be no name", arguments: Stage.all)
        func absent(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "Docker's 400 for a malformed name is an error"]
            try await stage.check("RemoveImage", gaps: gaps) { kubelet in
                try await kubelet.registry { registry in
                    let (made, _) = try await pulled(kubelet, registry)
                    for _ in 0..<2 { try await kubelet.remove(made.id.description) }
                    let digest = "sha256:" + String(repeating: "0", count: 64)
                    for name in ["nosuch", "127.0.0.1:9/no/such:1", digest, "no/such@\(digest)", "Bad Name"] {
                        try await kubelet.remove(name)
                    }
                }
            }
        }

        @Test("an image without a tag, which a moved tag has left, is removed by its id", arguments: Stage.all)
        func untagged(_ stage: Stage) async throws {
            try await stage.check("RemoveImage") { kubelet in
                try await kubelet.registry { registry in
                    let (old, names) = try await pulled(kubelet, registry)
                    let new = try await TestImage.make(Kubelet.markedFiles())
                    for name in ["a/gone:1", "a/gone:2", "b/gone:1"] { try await registry.push(new, as: name) }
                    for name in names { try await kubelet.pull(name) }
                    #expect(try await kubelet.images().contains { $0.id == old.id.description })
                    try await kubelet.remove(old.id.description)
                    #expect(try await kubelet.images().allSatisfy { $0.id != old.id.description })
                    #expect(try await kubelet.present(names[0]).id == new.id.description)
                }
            }
        }

        @Test("an image that a container uses is kept with all its names, running or not", arguments: Stage.all)
        func used(_ stage: Stage) async throws {
            try await stage.check("RemoveImage", gaps: [.dockershim120: "takes names away before it fails"]) {
                kubelet in
                try await kubelet.registry { registry in
                    let (made, names) = try await pulled(kubelet, registry)
                    try await kubelet.pod { pod in
                        let id = try await pod.start("sleep 1000") { $0.image = ImageSpec(image: made.id.description) }
                        for isRunning in [true, false] {
                            if !isRunning {
                                _ = try await kubelet.client.stopContainer(StopContainerRequest(containerId: id))
                            }
                            for name in [made.id.description, names[0]] {
                                let refusal = await kubelet.failure { () throws(GRPCStatus) in
                                    try await kubelet.remove(name)
                                }
                                #expect(refusal?.code == .failedPrecondition)
                                #expect(refusal?.message.contains(id.prefix(12)) == true)
                            }
                            #expect(try await kubelet.present(made.id.description).repoTags.sorted() == names.sorted())
                        }
                    }
                    try await kubelet.remove(made.id.description)
                    #expect(try await kubelet.image(made.id.description) == nil)
                }
            }
        }
    }
}
