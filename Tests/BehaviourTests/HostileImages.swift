import CRI
import Linux
import TestSupport
import Testing

extension Behaviour {
    @Suite struct HostileImages {
        @Test("an image's user file is read beneath its root, whatever links it is behind", arguments: Stage.all)
        func linkedUsers(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                let place = try await kubelet.hostFolder("lure")
                let outside = "outside:x:4001:4001::/:/bin/sh\n"
                try await blocking { try Files.write(place + "/passwd", Array(outside.utf8)) }
                for link in ["../../../../../../../../.." + place + "/passwd", place + "/passwd"] {
                    let image = try await Self.image { tar in
                        tar.add("etc/passwd", type: "2", link: link)
                        // Where the host has the lure, the image has a file of its own.
                        tar.add(String(place.dropFirst()) + "/passwd", "inside:x:4002:4002::/:/bin/sh\n")
                    }
                    try await with(kubelet, image) { pod, name in
                        let inside = try await pod.words("id -u") {
                            $0.image = ImageSpec(image: name)
                            $0.security.runAsUsername = "inside"
                        }
                        #expect(inside == "4002")
                        let refused = try await pod.refusal {
                            $0.image = ImageSpec(image: name)
                            $0.security.runAsUsername = "outside"
                        }
                        #expect(refused != nil)
                    }
                }
            }
        }

        @Test("an image whose user file is a pipe does not hold a create up", arguments: Stage.all)
        func pipe(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                let image = try await Self.image { tar in tar.add("etc/passwd", type: "6") }
                try await with(kubelet, image) { pod, name in
                    // A program in it that asks for names would wait for ever.
                    let script =
                        "while read key id rest; do [ $key = Uid: ] && echo $id; done < /proc/self/status; true"
                    let number = try await pod.words(script) {
                        $0.image = ImageSpec(image: name)
                        $0.security.runAsUser = Int64Value(value: 4003)
                    }
                    #expect(number == "4003")
                    let refused = try await pod.refusal {
                        $0.image = ImageSpec(image: name)
                        $0.security.runAsUsername = "nobody"
                    }
                    #expect(refused != nil)
                }
            }
        }

        @Test("an image with a user file past all bounds is refused", arguments: Stage.all)
        func huge(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                let line = Array("nobody:x:65534:65534::/:/bin/sh\n".utf8)
                let image = try await Self.image { tar in
                    tar.add("etc/passwd", content: Array(repeatElement(line, count: 160_000).joined()))
                }
                try await with(kubelet, image) { pod, name in
                    let refused = try await pod.refusal {
                        $0.image = ImageSpec(image: name)
                        $0.security.runAsUsername = "nobody"
                    }
                    #expect(refused?.message.contains("larger than") == true, "\(refused?.message ?? "made")")
                }
            }
        }

        @Test("a working directory behind a link of the image stays beneath its root", arguments: Stage.all)
        func workingDirectory(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                let place = try await kubelet.hostFolder("lure")
                let image = try await Self.image { tar in tar.add("way", type: "2", link: "../../../../../.." + place) }
                try await with(kubelet, image) { pod, name in
                    var container = pod.configuration("touch made; echo done", name: "linked")
                    container.image = ImageSpec(image: name)
                    container.workingDir = "/way"
                    // A refusal would do as well.
                    if let id = try? await pod.start(container) { _ = try await pod.exited(id) }
                    #expect(!Files.exists(place + "/made"))
                }
            }
        }

        /// A shell, and what `fill` adds to it.
        private static func image(_ fill: (inout TestTar) -> Void) async throws -> TestImage {
            let busybox = try await blocking { try Files.read("/bin/busybox", limit: 64 << 20) }
            var tar = TestTar()
            tar.folder("bin")
            for name in ["sh", "id", "touch", "echo", "sleep"] { tar.add("bin/" + name, content: busybox, mode: 0o755) }
            tar.folder("etc")
            tar.add("mark", content: Kubelet.mark())
            fill(&tar)
            return TestImage(layers: [try await TestImage.layer(tar.finished, .plain)])
        }

        private func with(
            _ kubelet: Kubelet, _ image: TestImage, _ body: (Pod, _ image: String) async throws -> Void
        ) async throws {
            try await kubelet.scripted { registry in
                registry.add(image, as: "1")
                let name = registry.address + "/hostile:1"
                try await kubelet.pull(name)
                try await kubelet.pod { pod in try await body(pod, name) }
            }
        }
    }
}
