import CRI
import Linux
import Testing

extension Behaviour {
    @Suite struct Devices {
        @Test("a device of the host is there, with the rights that were asked for", arguments: Stage.all)
        func device(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                try await kubelet.pod { pod in
                    let script = """
                        test -c /dev/own && echo device; head -c 1 /dev/own | wc -c
                        echo x 2>/dev/null > /dev/own || echo read only
                        """
                    let words = try await pod.words(script) {
                        $0.devices = [Device(containerPath: "/dev/own", hostPath: "/dev/zero", permissions: "r")]
                        // The standard /dev/zero is allowed anyway; a device beside it decides.
                        $0.devices += [Device(containerPath: "/dev/log", hostPath: "/dev/kmsg", permissions: "r")]
                    }
                    #expect(words.hasPrefix("device\n1"))
                    let refused = try await pod.words("echo x 2>/dev/null >/dev/log || echo refused", name: "rights") {
                        $0.devices = [Device(containerPath: "/dev/log", hostPath: "/dev/kmsg", permissions: "r")]
                    }
                    #expect(refused == "refused")
                }
            }
        }

        @Test("a folder of devices is given whole", arguments: Stage.all)
        func folder(_ stage: Stage) async throws {
            try await stage.check("CreateContainer") { kubelet in
                try await kubelet.pod { pod in
                    let folder = try await kubelet.hostFolder()
                    try await node(folder + "/a", major: 1, minor: 3)
                    try await node(folder + "/b", major: 1, minor: 5)
                    let words = try await pod.words("ls /dev/many; head -c 1 /dev/many/b | wc -c") {
                        $0.devices = [Device(containerPath: "/dev/many", hostPath: folder, permissions: "rwm")]
                    }
                    #expect(words == "a\nb\n1")
                }
            }
        }

        @Test("a device that the host has not, or rights that are none, are refused", arguments: Stage.all)
        func refused(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "refused, but with code UNKNOWN"]
            try await stage.check("CreateContainer", gaps: gaps) { kubelet in
                try await kubelet.pod { pod in
                    for device in [
                        Device(containerPath: "/dev/x", hostPath: "/dev/no-such", permissions: "rwm"),
                        Device(containerPath: "/dev/x", hostPath: "/dev/zero", permissions: "rwx"),
                    ] {
                        let failure = try await pod.refusal { $0.devices = [device] }
                        #expect(failure?.code == .invalidArgument, "\(device)")
                    }
                }
            }
        }

        private func node(_ path: String, major: Int, minor: Int) async throws {
            let made = try await Processes.shared.run(Command("mknod", [path, "c", "\(major)", "\(minor)"]))
            try #require(made.status.code == 0)
        }
    }
}
