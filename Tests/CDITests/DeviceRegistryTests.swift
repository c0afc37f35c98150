import CDI
import Faults
import Linux
import TestSupport
import Testing

@Suite("Devices described in files")
struct DeviceRegistryTests {
    private static let gpu = """
        {"cdiVersion": "0.6.0", "kind": "vendor.com/gpu",
         "containerEdits": {"env": ["DRIVER=1"]},
         "devices": [
           {"name": "0", "containerEdits": {"deviceNodes": [{"path": "/dev/gpu0", "hostPath": "/dev/null"}]}},
           {"name": "1", "containerEdits": {"env": ["GPU=1"],
             "mounts": [{"hostPath": "/lib", "containerPath": "/gpu/lib", "options": ["ro", "nosuid"]}],
             "hooks": [{"hookName": "createContainer", "path": "/bin/true", "args": ["true", "x"], "timeout": 3}],
             "additionalGids": [44]}}]}
        """

    private func with(
        _ files: [String: String], _ body: @escaping @Sendable (DeviceRegistry) throws -> Void
    ) async throws {
        try await TemporaryFolder.with("cdi") { folder in
            for (path, text) in files {
                let path = folder.appending(path)
                try Files.makeFolders(Files.parent(of: path))
                try Files.write(path, Array(text.utf8))
            }
            try body(DeviceRegistry(folders: [folder.appending("low"), folder.appending("high")]))
        }
    }

    /// What asking for devices fails with; nil when it succeeds.
    private func failure(_ registry: DeviceRegistry, _ name: String) -> OxbowError? {
        do throws(OxbowError) {
            _ = try registry.edits(for: [name])
            return nil
        } catch {
            return error
        }
    }

    @Test("two devices of one file bring the file's own edits once, and theirs in order")
    func edits() async throws {
        try await with(["low/gpu.json": Self.gpu]) { registry in
            let edits = try registry.edits(for: ["vendor.com/gpu=0", "vendor.com/gpu=1", "vendor.com/gpu=0"])
            #expect(edits.env == ["DRIVER=1", "GPU=1"])
            #expect(edits.deviceNodes.map(\.path) == ["/dev/gpu0"])
            #expect(edits.deviceNodes.first?.hostPath == "/dev/null")
            #expect(edits.mounts.first?.options == ["ro", "nosuid"])
            #expect(edits.hooks.first?.hookName == "createContainer" && edits.hooks.first?.timeout == 3)
            #expect(edits.additionalGroups == [44])
        }
    }

    @Test("the later folder wins")
    func priority() async throws {
        let other = Self.gpu.replacing("DRIVER=1", with: "DRIVER=2")
        try await with(["low/a.json": Self.gpu, "high/b.json": other]) { registry in
            let edits = try registry.edits(for: ["vendor.com/gpu=0"])
            #expect(edits.env == ["DRIVER=2"])
        }
    }

    @Test("a device that two files of one folder describe is refused")
    func conflict() async throws {
        try await with(["low/a.json": Self.gpu, "low/b.yaml": Self.gpu]) { registry in
            #expect(failure(registry, "vendor.com/gpu=0")?.kind == .missing)
        }
    }

    @Test("an unknown device is missing, and the files that could not be read are named")
    func unknown() async throws {
        try await with(["low/broken.yaml": "cdiVersion: 0.6.0\nkind: a/b\n"]) { registry in
            let error = failure(registry, "vendor.com/gpu=9")
            #expect(error?.kind == .missing)
            #expect(error?.message.contains("vendor.com/gpu=9") == true)
            #expect(error?.message.contains("broken.yaml") == true)
        }
    }

    @Test(
        "what is no device name is the client's mistake",
        arguments: ["gpu", "vendor.com/gpu", "gpu=0", "vendor.com/gpu=", "vendor.com/g pu=0", "a/b/c=0", "a/b=-x"])
    func malformed(name: String) async throws {
        try await with([:]) { registry in
            #expect(failure(registry, name)?.kind == .badRequest)
        }
    }

    @Test(
        "a file with an unknown version, kind or edit describes nothing",
        arguments: [("0.6.0", "2.0.0"), ("vendor.com/gpu", "vendor"), ("additionalGids\": [44]", "intelRdt\": {}")])
    func refusedFile(old: String, new: String) async throws {
        try await with(["low/a.json": Self.gpu.replacing(old, with: new)]) { registry in
            #expect(failure(registry, "vendor.com/gpu=1")?.kind == .missing)
        }
    }
}
