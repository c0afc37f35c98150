import GRPC
import Faults
import Testing

@testable import Dockershim

@Suite("Errors of the daemon, and what the eras make of them")
struct DockerFailureTests {
    @Test(
        "gone containers are known by words, not by status",
        arguments: [
            (DockerFailure.refused(status: 404, message: "No such container: 29465f63"), true),
            (.refused(status: 500, message: "x: No such container: web"), true),
            (.reworded(kind: "container", name: "29465f63"), true),
            (.refused(status: 404, message: "container not found"), false),
            (.refused(status: 404, message: "No such container: "), false),
            (.reworded(kind: "image", name: "x"), false),
        ])
    func goneContainers(failure: DockerFailure, isGone: Bool) {
        #expect(failure.saysNoSuchContainer == isGone)
    }

    @Test(
        "gone images are known by status, not by words",
        arguments: [
            (DockerFailure.refused(status: 404, message: "whatever"), true),
            (.refused(status: 500, message: "No such image: x"), false), (.reworded(kind: "image", name: "x"), true),
        ])
    func goneImages(failure: DockerFailure, isGone: Bool) {
        #expect(failure.saysNoSuchImage == isGone)
    }

    @Test(
        "the holder of a name is read out of the conflict",
        arguments: [
            (
                "Conflict. The container name \"/k8s_a\" is already in use by container \"0123abcd\". You have to remove it.",
                "0123abcd"
            ),
            ("Conflict. The name \"/k8s_a\" is already in use by container 0123abcd. You", "0123abcd"),
            ("Conflict. The name was already in use by \"77\"", "77"),
            ("conflict: unable to delete", nil), ("Conflict. is already in use by container \"\"", nil),
        ] as [(String, String?)])
    func conflicts(message: String, holder: String?) {
        #expect(DockerFailure.refused(status: 409, message: message).holderOfName == holder)
    }

    @Test("texts are those of Docker's client")
    func texts() {
        #expect("\(DockerFailure.refused(status: 400, message: "m"))" == "Error response from daemon: m")
        #expect("\(DockerFailure.reworded(kind: "container", name: "x"))" == "Error: No such container: x")
        #expect("\(DockerFailure.timedOut)" == "operation timeout: context deadline exceeded")
        #expect(
            "\(DockerFailure.unreachable(endpoint: "unix:///s"))".contains(
                "Cannot connect to the Docker daemon at unix:///s"))
    }

    @Test(
        "today a failure has its code, in 1.20 all are UNKNOWN",
        arguments: [
            (DockerFailure.refused(status: 404, message: "m"), OxbowError.Kind.missing),
            (.refused(status: 400, message: "m"), .badRequest), (.refused(status: 401, message: "m"), .denied),
            (.refused(status: 409, message: "running"), .wrongState),
            (.refused(status: 409, message: "Conflict. x is already in use by container \"a\""), .taken),
            (.refused(status: 500, message: "m"), .ours), (.refused(status: 503, message: "m"), .runtimeDown),
            (.unreachable(endpoint: "e"), .runtimeDown), (.timedOut, .tooLate), (.cancelled, .cancelled),
            (.malformed("m"), .ours), (.pull(code: 0, message: "m"), .ours), (.pull(code: 403, message: "m"), .denied),
        ])
    func codes(failure: DockerFailure, kind: OxbowError.Kind) {
        let reported = BridgeFailure(describing: failure).reported
        #expect(reported.kind == kind)
        #expect(Era.current.status(reported) == GRPCStatus(reported))
        #expect(Era.dockershim120.status(reported) == GRPCStatus(.unknown, failure.description))
    }

    @Test("a failure told by its code keeps it in 1.20, and so does one that is not the bridge's")
    func toldByCode() {
        var failure = BridgeFailure(.tooLate, "late")
        failure.isToldByCode = true
        #expect(Era.dockershim120.status(failure.reported).code == .deadlineExceeded)
        #expect(Era.dockershim120.status(OxbowError(.unsupported, "no such RPC")).code == .unimplemented)
    }

    @Test("several failures are one, of the first one's kind")
    func aggregates() throws {
        #expect(BridgeFailure(all: []) == nil)
        let one = try #require(BridgeFailure(all: [DockerFailure.timedOut]))
        #expect(one.message == DockerFailure.timedOut.description)
        let two = try #require(BridgeFailure(all: [BridgeFailure(.missing, "a"), BridgeFailure(.ours, "b")]))
        #expect(two.message == "[a, b]")
        #expect(two.kind == .missing)
    }
}
