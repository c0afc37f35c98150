import CRI
import Testing

@testable import Trace

@Suite("Identities")
struct IdentitiesTests {
    private func learnt() -> Identities {
        var identities = Identities()
        identities.learn(from: "RunPodSandbox", recorded: ["pod_sandbox_id": "S"], replayed: ["pod_sandbox_id": "s"])
        identities.learn(from: "CreateContainer", recorded: ["container_id": "C"], replayed: ["container_id": "c"])
        return identities
    }

    @Test("ids are replaced as whole strings, in filters too, with or without a scheme")
    func substitution() {
        let request: JSONValue = [
            "container_id": "C", "filter": ["pod_sandbox_id": "S", "id": "X"],
            "list": .array(["docker://C", "containerd://Y", "Cx"]), "C": "key stays",
        ]
        #expect(
            learnt().substituted(in: request) == [
                "container_id": "c", "filter": ["pod_sandbox_id": "s", "id": "X"],
                "list": .array(["docker://c", "containerd://Y", "Cx"]), "C": "key stays",
            ])
    }

    @Test("image ids are learnt from status, pull and list, and digests with them")
    func images() {
        var identities = Identities()
        identities.learn(
            from: "ImageStatus",
            recorded: ["image": ["id": "sha256:1", "repo_digests": .array(["h/a@sha256:9"])]],
            replayed: ["image": ["id": "sha256:2", "repo_digests": .array(["h/b@sha256:7", "h/a@sha256:8"])]])
        identities.learn(
            from: "PullImage", recorded: ["image_ref": "sha256:3"], replayed: ["image_ref": "h/c@sha256:4"])
        identities.learn(
            from: "ListImages",
            recorded: ["images": .array([["id": "sha256:5", "repo_tags": .array(["x:1"])], ["id": "sha256:0"]])],
            replayed: ["images": .array([["id": "sha256:6", "repo_tags": .array(["y:1", "x:1"])]])])
        #expect(identities["sha256:1"] == "sha256:2")
        #expect(identities["h/a@sha256:9"] == "h/a@sha256:8")
        #expect(identities["sha256:3"] == "h/c@sha256:4")
        #expect(identities["sha256:5"] == "sha256:6")
        #expect(identities["sha256:0"] == nil)
    }

    @Test("an image that only the recording had teaches nothing")
    func absentImage() {
        var identities = Identities()
        identities.learn(from: "ImageStatus", recorded: ["image": ["id": "sha256:1"]], replayed: [:])
        #expect(identities["sha256:1"] == nil)
    }
}
