import CRI
import Core
import GRPC
import OCI
import TestSupport
import Testing

extension Behaviour {
    @Suite(.enabled(if: RegistryFixture.isPossible, "needs docker-registry")) struct ImagePullsAtOnce {
        @Test("eight pulls of one image at once ask the registry for each of its parts once", arguments: Stage.all)
        func same(_ stage: Stage) async throws {
            try await stage.check("PullImage") { kubelet in
                try await kubelet.registry { registry in
                    let made = try await TestImage.shell(marked: Kubelet.mark())
                    try await registry.push(made, as: "a/once:1")
                    let name = "\(registry.address)/a/once:1"
                    let before = try await registry.requests().count
                    try await withThrowingTaskGroup(of: String.self) { group in
                        for _ in 0..<8 { group.addTask { try await kubelet.pull(name) } }
                        let first = try await group.next()
                        for try await other in group { #expect(other == first) }
                    }
                    let asked = try await registry.requests().dropFirst(before).filter { $0.hasPrefix("GET") }
                    let blob = "GET /v2/a/once/blobs/\(made.layers[0].digest)"
                    #expect(asked.filter { $0 == blob }.count == 1)
                }
            }
        }

        @Test("two tags and another repository of one layer at once bring that layer once", arguments: Stage.all)
        func tags(_ stage: Stage) async throws {
            try await stage.check("PullImage") { kubelet in
                try await kubelet.registry { registry in
                    let made = try await TestImage.shell(marked: Kubelet.mark())
                    let other = TestImage(layers: made.layers) { $0.user = "1" }
                    try await registry.push(made, as: "a/two:1")
                    try await registry.push(made, as: "a/two:2")
                    try await registry.push(other, as: "b/two:1")
                    let names = ["a/two:1", "a/two:2", "b/two:1"].map { "\(registry.address)/\($0)" }
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for name in names { group.addTask { try await kubelet.pull(name) } }
                        try await group.waitForAll()
                    }
                    let asked = try await registry.requests()
                        .filter { $0.hasPrefix("GET") && $0.hasSuffix("blobs/\(made.layers[0].digest)") }
                    #expect(asked.count == 1)
                    let image = try await kubelet.present(names[0])
                    #expect(Set(image.repoTags).isSuperset(of: names[..<2]))
                    #expect(try await kubelet.image(names[2])?.id == other.id.description)
                }
            }
        }

        @Test("a download that breaks off goes on where it was", arguments: Stage.all)
        func resumed(_ stage: Stage) async throws {
            try await stage.check("PullImage") { kubelet in
                try await kubelet.scripted { registry in
                    let made = try await TestImage.shell(marked: Kubelet.mark())
                    registry.add(made, as: "1")
                    let layer = made.layers[0].digest
                    registry.cut(layer, after: [500_000, 300_000])
                    try await kubelet.pull("\(registry.address)/a/broken:1")
                    #expect(registry.ranges(of: layer) == ["", "bytes=500000-", "bytes=800000-"])
                }
            }
        }

        @Test(
            "a pull that failed in the middle is gone on with by the next, unless the registry begins anew",
            arguments: Stage.all)
        func goneOnWith(_ stage: Stage) async throws {
            try await stage.check("PullImage") { kubelet in
                for beginsAnew in [false, true] {
                    try await kubelet.scripted { registry in
                        let made = try await TestImage.shell(marked: Kubelet.mark())
                        registry.add(made, as: "1")
                        let layer = made.layers[0].digest
                        let name = "\(registry.address)/a/again:1"
                        registry.cut(
                            layer, after: [400_000] + [Int](repeating: 0, count: RegistryClient.downloadTries - 1))
                        #expect(await kubelet.failure { () throws(GRPCStatus) in try await kubelet.pull(name) } != nil)
                        if beginsAnew { registry.ignoreRanges() }
                        try await kubelet.pull(name)
                        #expect(registry.ranges(of: layer).last == "bytes=400000-")
                        #expect(try await kubelet.present(name).id == made.id.description)
                    }
                }
            }
        }

        @Test("an image removed while it is pulled again under another tag stays whole", arguments: Stage.all)
        func removal(_ stage: Stage) async throws {
            try await stage.check("RemoveImage") { kubelet in
                try await kubelet.scripted { registry in
                    let made = try await TestImage.shell(marked: Kubelet.mark())
                    let more = try await TestImage.layer(Self.tar(Kubelet.mark()), .plain)
                    let other = TestImage(layers: made.layers + [more])
                    registry.add(made, as: "1")
                    registry.add(other, as: "2")
                    let name = "\(registry.address)/a/removed"
                    try await kubelet.pull("\(name):1")
                    let (arrived, go) = (Latch<Void>(), Latch<Void>())
                    registry.pause(more.digest, after: 512) {
                        arrived.set(())
                        _ = await go.wait()
                    }
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask { try await kubelet.pull("\(name):2") }
                        _ = await arrived.wait()
                        // Both images have the first layer, which must not go now.
                        try await kubelet.remove(made.id.description)
                        #expect(try await kubelet.image("\(name):1") == nil)
                        go.set(())
                        try await group.waitForAll()
                    }
                    try await kubelet.pod { pod in
                        let run = try await pod.run("echo whole") {
                            $0.image = ImageSpec(image: other.id.description)
                        }
                        #expect(run.output == "whole\n")
                    }
                }
            }
        }

        private static func tar(_ mark: [UInt8]) -> [UInt8] {
            var tar = TestTar()
            tar.add("more", content: mark)
            return tar.finished
        }
    }
}
