import CRI
import Linux
import Testing

extension Behaviour {
    @Suite struct ImageVolumes {
        private static let old: [Stage: String] = [.dockershim120: "mounts of images came after 1.20"]
        private static func volume(_ path: String = "/image", _ sub: String = "") -> Mount {
            Mount(containerPath: path, image: ImageSpec(image: Kubelet.image), imageSubPath: sub)
        }

        @Test("an image is mounted as a volume that nobody can write to", arguments: Stage.all)
        func whole(_ stage: Stage) async throws {
            try await stage.check("CreateContainer", gaps: Self.old) { kubelet in
                try await kubelet.pod { pod in
                    let script = "cat /image/www/index.html; touch /image/new 2>/dev/null || echo refused"
                    let answer = try await pod.words(script) { $0.mounts = [Self.volume()] }
                    #expect(answer == "oxbow\nrefused")
                }
            }
        }

        @Test("a path in the image is mounted alone, a folder or a file", arguments: Stage.all)
        func subPath(_ stage: Stage) async throws {
            try await stage.check("CreateContainer", gaps: Self.old) { kubelet in
                try await kubelet.pod { pod in
                    let words = try await pod.words("ls /folder; cat /file") {
                        $0.mounts = [Self.volume("/folder", "www"), Self.volume("/file", "/www/index.html")]
                    }
                    #expect(words == "index.html\noxbow")
                }
            }
        }

        @Test("what is executable in an image volume is not run", arguments: Stage.all)
        func notExecutable(_ stage: Stage) async throws {
            var gaps = Self.old
            gaps[.dockershim] = "Docker's mounts of images have no such option"
            try await stage.check("CreateContainer", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let words = try await pod.words("/image/bin/echo run 2>/dev/null || echo refused") {
                        $0.mounts = [Self.volume()]
                    }
                    #expect(words == "refused")
                }
            }
        }

        @Test("an unknown image, or a path that it has not, is refused", arguments: Stage.all)
        func unknown(_ stage: Stage) async throws {
            try await stage.check("CreateContainer", gaps: Self.old) { kubelet in
                try await kubelet.pod { pod in
                    let image = try await pod.refusal {
                        $0.mounts = [Mount(containerPath: "/i", image: ImageSpec(image: "localhost/no/such:1"))]
                    }
                    #expect(image?.code == .notFound)
                    let path = try await pod.refusal { $0.mounts = [Self.volume("/i", "no/such/path")] }
                    #expect(path?.code == .invalidArgument)
                    #expect(path?.message.contains("no/such/path") == true)
                    let outside = try await pod.words("ls -d /i/bin", name: "outside") {
                        $0.mounts = [Self.volume("/i", "../../..")]
                    }
                    #expect(outside == "/i/bin")
                }
            }
        }

        @Test("removal of the container takes the volume's mounts with it", arguments: Stage.all)
        func removed(_ stage: Stage) async throws {
            try await stage.check("RemoveContainer", gaps: Self.old) { kubelet in
                try await kubelet.pod { pod in
                    let id = try await pod.start("sleep 1000") { $0.mounts = [Self.volume()] }
                    func mounts() async throws -> Int {
                        try await blocking {
                            String(decoding: try Files.read("/proc/self/mountinfo", limit: 64 << 20), as: UTF8.self)
                                .split(separator: "\n").count { $0.contains(id) }
                        }
                    }
                    #expect(try await mounts() > 1)
                    _ = try await pod.client.removeContainer(RemoveContainerRequest(containerId: id))
                    #expect(try await mounts() == 0)
                }
            }
        }
    }
}
