import CRI
import GRPC
import Linux
import TestSupport
import Testing

extension Behaviour {
    @Suite(.enabled(if: RegistryFixture.isPossible, "needs docker-registry")) struct ImageFilesystem {
        @Test("image and container file systems have a place, bytes, and the time in nanoseconds", arguments: Stage.all)
        func figures(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "counts metadata, in which no layer is; tells seconds"]
            try await stage.check("ImageFsInfo", gaps: gaps) { kubelet in
                let before = Timestamp.now().nanoseconds
                let answer = try await kubelet.client.imageFsInfo(ImageFsInfoRequest())
                for usage in answer.imageFilesystems + answer.containerFilesystems {
                    #expect(usage.timestamp >= before && usage.timestamp <= Timestamp.now().nanoseconds)
                    let place = try #require(usage.fsId?.mountpoint)
                    #expect(try await blocking { Files.isFolder(place) })
                    #expect(usage.usedBytes != nil)
                }
                #expect(answer.imageFilesystems.count == 1 && answer.containerFilesystems.count == 1)
                // The built-in images alone are more than this.
                #expect(answer.imageFilesystems.first?.usedBytes?.value ?? 0 > 1 << 20)
            }
        }

        @Test("a pull adds the image's size to what images use, and its removal takes it away", arguments: Stage.all)
        func growth(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "counts metadata, in which no layer is"]
            try await stage.check("ImageFsInfo", gaps: gaps) { kubelet in
                try await kubelet.registry { registry in
                    // Larger than all that other tests pull at the same time.
                    let size = 48 << 20
                    var tar = TestTar()
                    tar.add("large", content: Kubelet.mark() + [UInt8](repeating: 7, count: size))
                    let made = TestImage(layers: [try await TestImage.layer(tar.finished, .zstd)])
                    try await registry.push(made, as: "a/large:1")
                    func used() async throws -> Int {
                        let answer = try await kubelet.client.imageFsInfo(ImageFsInfoRequest())
                        return Int(answer.imageFilesystems.first?.usedBytes?.value ?? 0)
                    }
                    let before = try await used()
                    try await kubelet.pull("\(registry.address)/a/large:1")
                    #expect(try await kubelet.present(made.id.description).size >= size)
                    let with = try await used()
                    #expect(abs(with - before - size) < 24 << 20)
                    try await kubelet.remove(made.id.description)
                    #expect(abs(with - (try await used()) - size) < 24 << 20)
                }
            }
        }

        @Test("used bytes are what du counts, inodes too", arguments: Stage.all)
        func inodes(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [
                .dockershim: "no REST call of Docker's counts inodes", .dockershim120: "counts metadata only",
            ]
            try await stage.check("ImageFsInfo", gaps: gaps) { kubelet in
                try await kubelet.registry { registry in
                    let files = Dictionary(uniqueKeysWithValues: (0..<2000).map { ("file-\($0)", "\($0)") })
                    let made = try await TestImage.make(files.merging(Kubelet.markedFiles()) { $1 })
                    try await registry.push(made, as: "a/many-files:1")
                    try await kubelet.pull("\(registry.address)/a/many-files:1")
                    let answer = try await kubelet.client.imageFsInfo(ImageFsInfoRequest())
                    let usage = try #require(answer.imageFilesystems.first)
                    let place = try #require(usage.fsId?.mountpoint)
                    let inodes = try #require(usage.inodesUsed?.value)
                    #expect(inodes > 2000)
                    let counted = try await blocking {
                        try ["/layers", "/content", "/images"].map { try Files.usage(of: place + $0) }
                    }
                    // Other tests pull and remove meanwhile.
                    let (bytes, entries) = (counted.reduce(0) { $0 + $1.bytes }, counted.reduce(0) { $0 + $1.inodes })
                    let told = try #require(usage.usedBytes?.value)
                    #expect(max(bytes, told) - min(bytes, told) < 96 << 20)
                    #expect(max(entries, inodes) - min(entries, inodes) < 1500)
                }
            }
        }
    }
}
