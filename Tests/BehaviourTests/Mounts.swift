import CRI
import Linux
import Testing

extension Behaviour {
    @Suite struct Mounts {
        private static let old: [Stage: String] = [.dockershim120: "the field came after 1.20 and is passed over"]

        @Test("a mount is writable, or read only when asked", arguments: Stage.all)
        func readOnly(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                try await kubelet.pod { pod in
                    let folder = try await kubelet.hostFolder()
                    let words = try await pod.words(
                        "echo x > /rw/file && cat /ro/file; touch /ro/other 2>/dev/null || echo refused"
                    ) {
                        $0.mounts = [
                            Mount(containerPath: "/rw", hostPath: folder),
                            Mount(containerPath: "/ro", hostPath: folder, readonly: true),
                        ]
                    }
                    #expect(words == "x\nrefused")
                    #expect(try await blocking { try Files.read(folder + "/file") } == Array("x\n".utf8))
                }
            }
        }

        @Test("a single file is mounted over one of the image's", arguments: Stage.all)
        func file(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                try await kubelet.pod { pod in
                    let path = try await kubelet.hostFolder() + "/hosts"
                    try await blocking { try Files.write(path, Array("10.0.0.1 own\n".utf8)) }
                    let words = try await pod.words("cat /etc/hosts") {
                        $0.mounts = [Mount(containerPath: "/etc/hosts", hostPath: path)]
                    }
                    #expect(words == "10.0.0.1 own")
                }
            }
        }

        @Test("a host path that is missing is made as a folder", arguments: Stage.all)
        func missingSource(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                try await kubelet.pod { pod in
                    let path = try await kubelet.hostFolder() + "/not/there"
                    let words = try await pod.words("test -d /data && echo folder") {
                        $0.mounts = [Mount(containerPath: "/data", hostPath: path)]
                    }
                    #expect(words == "folder")
                    #expect(Files.isFolder(path))
                }
            }
        }

        @Test("a link as source is followed on the host; one that leads nowhere is refused", arguments: Stage.all)
        func linkedSource(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                try await kubelet.pod { pod in
                    let folder = try await kubelet.hostFolder()
                    try await blocking {
                        try Files.makeFolders(folder + "/real")
                        try Files.write(folder + "/real/file", Array("here".utf8))
                        try Files.symlink("real", at: folder + "/link")
                        try Files.symlink(folder + "/nowhere", at: folder + "/broken")
                    }
                    let words = try await pod.words("cat /data/file") {
                        $0.mounts = [Mount(containerPath: "/data", hostPath: folder + "/link")]
                    }
                    #expect(words == "here")
                    let broken = try await pod.refusal {
                        $0.mounts = [Mount(containerPath: "/data", hostPath: folder + "/broken")]
                    }
                    #expect(broken != nil)
                }
            }
        }

        @Test("a path with a colon is mounted like any other", arguments: Stage.all)
        func colon(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "a bind string ends at the colon"]
            try await stage.check("CreateContainer", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let path = try await kubelet.hostFolder() + "/a:b"
                    let words = try await pod.words("touch /x:y/file && echo done") {
                        $0.mounts = [Mount(containerPath: "/x:y", hostPath: path)]
                    }
                    #expect(words == "done")
                    #expect(Files.exists(path + "/file"))
                }
            }
        }

        @Test("a relabelling that this host has no SELinux for is accepted", arguments: Stage.all)
        func relabel(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                try await kubelet.pod { pod in
                    let folder = try await kubelet.hostFolder()
                    let words = try await pod.words("touch /data/file && echo done") {
                        $0.mounts = [Mount(containerPath: "/data", hostPath: folder, selinuxRelabel: true)]
                        $0.security.selinuxOptions = SELinuxOption(level: "s0:c1,c2")
                    }
                    #expect(words == "done")
                }
            }
        }

        @Test(
            "a recursive read-only mount is read only in the mounts beneath it, an ordinary one is not",
            arguments: Stage.all)
        func recursiveReadOnly(_ stage: Stage) async throws {
            try await stage.check("CreateContainer", gaps: Self.old) { kubelet in
                try await kubelet.pod { pod in
                    let folder = try await kubelet.hostFolder()
                    try await SharedMount.with(folder + "/inner", isShared: false) {
                        func script(_ path: String) -> String {
                            "touch \(path)/f 2>/dev/null || echo no; touch \(path)/inner/f 2>/dev/null || echo no"
                        }
                        let words = try await pod.words(script("/rro") + "; echo -; " + script("/ro")) {
                            $0.mounts = [
                                Mount(
                                    containerPath: "/rro", hostPath: folder, readonly: true, recursiveReadOnly: true),
                                Mount(containerPath: "/ro", hostPath: folder, readonly: true),
                            ]
                        }
                        #expect(words == "no\nno\n-\nno")
                    }
                }
            }
        }

        @Test("recursive read-only needs a private read-only mount", arguments: Stage.all)
        func recursiveContradictions(_ stage: Stage) async throws {
            try await stage.check("CreateContainer", gaps: Self.old) { kubelet in
                try await kubelet.pod { pod in
                    let folder = try await kubelet.hostFolder()
                    let writable = try await pod.refusal {
                        $0.mounts = [Mount(containerPath: "/d", hostPath: folder, recursiveReadOnly: true)]
                    }
                    #expect(writable?.code == .invalidArgument)
                    let shared = try await pod.refusal {
                        $0.mounts = [
                            Mount(
                                containerPath: "/d", hostPath: folder, readonly: true,
                                propagation: .propagationHostToContainer, recursiveReadOnly: true)
                        ]
                    }
                    #expect(shared?.code == .invalidArgument)
                }
            }
        }

        @Test("mount options are obeyed, and unknown ones refused", arguments: Stage.all)
        func options(_ stage: Stage) async throws {
            var gaps = Self.old
            gaps[.dockershim] = "Docker's binds have no options of their own; refused, and not advertised"
            try await stage.check("CreateContainer", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let folder = try await kubelet.hostFolder()
                    let words = try await pod.words("cp /bin/busybox /d/echo; /d/echo run 2>/dev/null || echo refused")
                    {
                        $0.mounts = [
                            Mount(containerPath: "/d", hostPath: folder, mountOptions: ["noexec", "nosuid", "nodev"])
                        ]
                    }
                    #expect(words == "refused")
                    let unknown = try await pod.refusal {
                        $0.mounts = [Mount(containerPath: "/d", hostPath: folder, mountOptions: ["loop"])]
                    }
                    #expect(unknown?.code == .invalidArgument)
                }
            }
        }

        @Test("a destination that is relative, or named twice, is refused", arguments: Stage.all)
        func badDestinations(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "refused, but with code UNKNOWN"]
            try await stage.check("CreateContainer", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    let folder = try await kubelet.hostFolder()
                    for paths in [["data"], ["/data", "/data/"], ["/"]] {
                        let failure = try await pod.refusal {
                            $0.mounts = paths.map { Mount(containerPath: $0, hostPath: folder) }
                        }
                        #expect(failure?.code == .invalidArgument, "\(paths)")
                    }
                }
            }
        }

        @Test("a destination through a link stays beneath the container's root", arguments: Stage.all)
        func destinationThroughLink(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                try await kubelet.pod { pod in
                    let folder = try await kubelet.hostFolder()
                    let outside = folder + "/outside"
                    try await blocking {
                        try Files.makeFolders(folder + "/lure")
                        // In the container this leads to a place of its own, on the host to `outside`.
                        try Files.symlink("../../../../../../../.." + outside, at: folder + "/lure/up")
                        try Files.symlink(outside, at: folder + "/lure/absolute")
                    }
                    for link in ["up", "absolute"] {
                        var container = pod.configuration("touch /lure/\(link)/made/file; echo done", name: link)
                        container.mounts = [
                            Mount(containerPath: "/lure", hostPath: folder + "/lure"),
                            Mount(containerPath: "/lure/\(link)/made", hostPath: try await kubelet.hostFolder()),
                        ]
                        // Refusing such a destination would do as well as following it inside.
                        if try await pod.refusal(of: container) == nil { container.metadata?.attempt = 1 }
                        if let id = try? await pod.start(container) { _ = try await pod.exited(id) }
                        #expect(!Files.exists(outside), "\(link)")
                    }
                }
            }
        }

        @Test("a status tells the mounts that were asked for", arguments: Stage.all)
        func told(_ stage: Stage) async throws {
            try await stage.check("ContainerStatus", gaps: Self.old) { kubelet in
                try await kubelet.pod { pod in
                    let folder = try await kubelet.hostFolder()
                    let asked = [
                        Mount(containerPath: "/a", hostPath: folder),
                        Mount(containerPath: "/b", hostPath: folder, readonly: true, selinuxRelabel: true),
                        Mount(containerPath: "/c", hostPath: folder, readonly: true, recursiveReadOnly: true),
                        Mount(containerPath: "/d", readonly: true, image: ImageSpec(image: Kubelet.image)),
                    ]
                    let id = try await pod.start("sleep 1000") { $0.mounts = asked }
                    let told = try await pod.status(id).mounts.sorted { $0.containerPath < $1.containerPath }
                    #expect(told == asked)
                }
            }
        }
    }
}
