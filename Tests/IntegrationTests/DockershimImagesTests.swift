import CRI
import CRIServer
import Dockershim
import Faults
import Glibc
import TestSupport
import Testing

/// Images through the bridge of today before a real dockerd 20.10 and a real registry.
@Suite(
    "Dockershim's images before a real dockerd",
    .enabled(
        if: getuid() == 0 && Dockerd.isPresent && RegistryFixture.isPossible,
        "needs root, dockerd and docker-registry: run Compat/setup"))
struct DockershimImagesTests {
    private static let user = AuthConfig(username: TokenServer.user, password: TokenServer.password)

    @Test("pulls, names, filters, verbose status, figures and removal")
    func life() async throws {
        try await Dockerd.with { dockerd in
            let shim = try await DockershimPod(.current, dockerd).shim
            try await RegistryFixture.with(.token) { registry in
                let (old, new) = (try await made("old"), try await made("new"))
                let name = "\(registry.address)/a/life"
                for tag in ["1", "2"] { try await registry.push(old, as: "a/life:\(tag)") }
                try await registry.push(old, as: "b/life:1")
                for image in ["\(name):1", "\(name):2", "\(registry.address)/b/life:1"] {
                    #expect(try await pull(shim, image) == old.id.description)
                }
                let image = try #require(try await status(shim, name + ":2").image)
                #expect(image.repoTags.count == 3 && image.repoDigests.count == 2 && image.uid?.value == 7)
                let info = try await status(shim, old.id.description, verbose: true).info["info"]
                #expect(info?.contains(old.layers[0].diffID.description) == true)

                try await registry.push(new, as: "a/life:1")
                #expect(try await pull(shim, name + ":1") == new.id.description)
                #expect(Set(try await list(shim, name).map(\.id)) == [old.id.description, new.id.description])
                #expect(try await list(shim, name + ":1").map(\.id) == [new.id.description])
                let before = try await used(shim)
                #expect(before > 0)
                for gone in [name + ":2", new.id.description, new.id.description, "nosuch"] {
                    _ = try await shim.removeImage(
                        RemoveImageRequest(image: ImageSpec(image: gone)), CallContext(api: .v1, method: "RemoveImage"))
                }
                #expect(try await list(shim, "\(registry.address)/b/life").isEmpty)
                #expect(try await list(shim, name).isEmpty)
                #expect(try await used(shim) < before)
            }
        }
    }

    @Test("what fails has its code")
    func failures() async throws {
        try await Dockerd.with { dockerd in
            let shim = try await DockershimPod(.current, dockerd).shim
            for gate in [RegistryFixture.Gate.password, .token] {
                try await RegistryFixture.with(gate) { registry in
                    let image = try await made("\(gate)")
                    try await registry.push(image, as: "a/private:1")
                    let name = "\(registry.address)/a/private"
                    let wrong = AuthConfig(username: TokenServer.user, password: "wrong")
                    #expect(await kind(shim, name + ":1", wrong) == .denied)
                    #expect(await kind(shim, name + ":1", nil) == .denied)
                    #expect(await kind(shim, name + ":1", AuthConfig(registryToken: "wrong")) == .denied)
                    var elsewhere = Self.user
                    elsewhere.serverAddress = "other.example.com"
                    #expect(await kind(shim, name + ":1", elsewhere) == .denied)
                    #expect(await kind(shim, name + ":2", Self.user) == .missing)
                    try await registry.damage(image.layers[0].digest)
                    #expect(await kind(shim, name + ":1", Self.user) == .corrupt)
                }
            }
            #expect(await kind(shim, "127.0.0.1:1/a:1", nil) == .runtimeDown)
            #expect(await kind(shim, "Bad Name", nil) == .badRequest)
        }
    }

    private func made(_ mark: String) async throws -> TestImage {
        try await TestImage.make(["mark": mark], format: .docker) { $0.user = "7:8" }
    }

    private func pull(_ shim: Dockershim, _ name: String) async throws -> String {
        try await shim.pullImage(
            PullImageRequest(image: ImageSpec(image: name), auth: Self.user), CallContext(api: .v1, method: "PullImage")
        ).imageRef
    }

    private func kind(_ shim: Dockershim, _ name: String, _ auth: AuthConfig?) async -> OxbowError.Kind? {
        do throws(OxbowError) {
            _ = try await shim.pullImage(
                PullImageRequest(image: ImageSpec(image: name), auth: auth), CallContext(api: .v1, method: "PullImage"))
            return nil
        } catch {
            return error.kind
        }
    }

    private func status(
        _ shim: Dockershim, _ name: String, verbose: Bool = false
    ) async throws -> ImageStatusResponse {
        try await shim.imageStatus(
            ImageStatusRequest(image: ImageSpec(image: name), verbose: verbose),
            CallContext(api: .v1, method: "ImageStatus"))
    }

    private func list(_ shim: Dockershim, _ filter: String) async throws -> [Image] {
        let filter = ImageFilter(image: ImageSpec(image: filter))
        return try await shim.listImages(ListImagesRequest(filter: filter), CallContext(api: .v1, method: "ListImages"))
            .images
    }

    private func used(_ shim: Dockershim) async throws -> UInt64 {
        try await shim.imageFsInfo(ImageFsInfoRequest(), CallContext(api: .v1, method: "ImageFsInfo"))
            .imageFilesystems.first?.usedBytes?.value ?? 0
    }
}
