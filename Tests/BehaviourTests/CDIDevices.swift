import CRI
import Linux
import Testing

extension Behaviour {
    @Suite struct CDIDevices {
        private static let old: [Stage: String] = [.dockershim120: "CDI devices came after 1.20 and are passed over"]

        @Test("a CDI device brings its variables, nodes and mounts", arguments: Stage.all)
        func edits(_ stage: Stage) async throws {
            try await stage.check("CreateContainer", gaps: Self.old) { kubelet in
                let folder = try await kubelet.hostFolder()
                try await blocking { try Files.write(folder + "/library", Array("library\n".utf8)) }
                let edits = """
                    {"env": ["OWN=device"], "additionalGids": [4711],
                     "deviceNodes": [{"path": "/dev/own", "hostPath": "/dev/zero"}],
                     "mounts": [{"hostPath": "\(folder)", "containerPath": "/own", "options": ["ro", "nosuid", "bind"]}]}
                    """
                try await withDevice(edits) { name in
                    try await kubelet.pod { pod in
                        let script = """
                            echo $OWN; head -c 1 /dev/own | wc -c; cat /own/library
                            touch /own/file 2>/dev/null || echo refused; id -G | tr ' ' '\\n' | grep 4711
                            """
                        let words = try await pod.words(script) { $0.cdiDevices = [CDIDevice(name: name)] }
                        #expect(words == "device\n1\nlibrary\nrefused\n4711")
                    }
                }
            }
        }

        @Test("a CDI device's hooks are called", arguments: Stage.all)
        func hooks(_ stage: Stage) async throws {
            var gaps = Self.old
            gaps[.dockershim] = "Docker's API has no hooks; such a device is refused"
            try await stage.check("CreateContainer", gaps: gaps) { kubelet in
                let folder = try await kubelet.hostFolder()
                let edits = """
                    {"hooks": [{"hookName": "createRuntime", "path": "/bin/sh",
                                "args": ["sh", "-c", "cat > \(folder)/state"], "timeout": 10}]}
                    """
                try await withDevice(edits) { name in
                    try await kubelet.pod { pod in
                        let id = try await pod.start("sleep 1000") { $0.cdiDevices = [CDIDevice(name: name)] }
                        let state = try await blocking {
                            String(decoding: try Files.read(folder + "/state"), as: UTF8.self)
                        }
                        #expect(state.contains(id))
                    }
                }
            }
        }

        @Test(
            "a CDI device that no file describes is not found, and text that names none is refused",
            arguments: Stage.all)
        func unknown(_ stage: Stage) async throws {
            try await stage.check("CreateContainer", gaps: Self.old) { kubelet in
                try await kubelet.pod { pod in
                    let unknown = try await pod.refusal { $0.cdiDevices = [CDIDevice(name: "oxbow.test/none=0")] }
                    #expect(unknown?.code == .notFound)
                    #expect(unknown?.message.contains("oxbow.test/none=0") == true)
                    let malformed = try await pod.refusal { $0.cdiDevices = [CDIDevice(name: "none")] }
                    #expect(malformed?.code == .invalidArgument)
                }
            }
        }

        /// A device of a kind of its own, described in this host's folder for the time of `body`.
        private func withDevice(_ edits: String, _ body: (_ name: String) async throws -> Void) async throws {
            let kind = "oxbow.test/\(Kubelet.uniqueName("kind"))"
            let file = "/var/run/cdi/\(kind.replacing("/", with: "-"))-\(kind.hashValue.magnitude).json"
            let text = """
                {"cdiVersion": "0.6.0", "kind": "\(kind)", "devices": [{"name": "0", "containerEdits": \(edits)}]}
                """
            try await blocking {
                try Files.makeFolders("/var/run/cdi")
                try Files.write(file, Array(text.utf8))
            }
            let result: Result<Void, any Error>
            do { result = .success(try await body(kind + "=0")) } catch { result = .failure(error) }
            try await blocking { try Files.removeFile(file) }
            try result.get()
        }
    }
}
