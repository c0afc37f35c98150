import CRI
import Faults
import GRPC
import Logging
import NIOCore
import Testing

@testable import CRIServer

@Suite struct CRIServiceTests {
    private let kept = Lines.Kept()

    private func peer(_ runtime: FakeRuntime) -> Peer {
        Peer(service: CRIService(runtime: runtime, logger: Lines.logger(kept)))
    }

    @Test("both API names lead to the same runtime, which is told which one it was", arguments: APIVersion.allCases)
    func bothNames(_ api: APIVersion) async throws {
        let runtime = FakeRuntime()
        let outcome = await peer(runtime).call(
            "/\(api.rawValue).RuntimeService/Version", VersionRequest(version: "0.1.0").encoded())
        guard case .ok(let answers) = outcome, answers.count == 1 else {
            Issue.record("\(outcome)")
            return
        }
        #expect(try VersionResponse(decoding: answers[0]).runtimeName == "fake")
        #expect(runtime.requests.first as? VersionRequest == VersionRequest(version: "0.1.0"))
        #expect(runtime.seenContexts.map(\.api) == [api, api])
        #expect(kept.lines.isEmpty)
    }

    @Test("a call knows its method and deadline, as argument and as task-local")
    func context() async throws {
        let runtime = FakeRuntime()
        _ = await peer(runtime).call("/runtime.v1.ImageService/ListImages", ByteBuffer(), timeout: .seconds(100))
        let contexts = runtime.seenContexts
        #expect(contexts.map(\.method) == ["ListImages", "ListImages"])
        let left = try #require(contexts[1].deadline) - .now
        #expect(left > .seconds(0) && left <= .seconds(100))
        _ = await peer(runtime).call("/runtime.v1.ImageService/ListImages", ByteBuffer())
        #expect(runtime.seenContexts.last?.deadline == nil)
        #expect(CallContext.current == nil)
    }

    @Test(
        "unknown services and methods are unimplemented, worded as grpc-go words them",
        arguments: [
            ("/runtime.v1.NoService/Version", "unknown service runtime.v1.NoService"),
            ("/runtime.v2.RuntimeService/Version", "unknown service runtime.v2.RuntimeService"),
            ("/RuntimeService/Version", "unknown service RuntimeService"),
            ("/runtime.v1.RuntimeService/Fly", "unknown method Fly for service runtime.v1.RuntimeService"),
            (
                "/runtime.v1.RuntimeService/ListImages",
                "unknown method ListImages for service runtime.v1.RuntimeService"
            ),
            ("/runtime.v1.RuntimeService/", "unknown method  for service runtime.v1.RuntimeService"),
            ("/a/b/c", "unknown service a/b"),
            ("runtime.v1.RuntimeService", #"malformed method name: "runtime.v1.RuntimeService""#),
            ("/", #"malformed method name: "/""#), ("", #"malformed method name: """#), ("//", "unknown service "),
        ])
    func unknown(_ path: String, _ message: String) async {
        let outcome = await peer(FakeRuntime()).call(path, ByteBuffer())
        #expect(outcome == .failed(GRPCStatus(.unimplemented, message), after: 0))
    }

    @Test("v1alpha2 has the 27 calls of Kubernetes 1.20 and the two that came by 1.25, v1 has all 43")
    func methods() async {
        let paths = Route.byPath.keys
        #expect(paths.filter { $0.hasPrefix("/runtime.v1.") }.count == 43)
        #expect(paths.filter { $0.hasPrefix("/runtime.v1alpha2.") }.count == 29)
        #expect(Set(Route.all.keys) == Set(CRISchema.calls.map(\.name)))
        let stats = PodSandboxStatsRequest(podSandboxId: "a")
        #expect(await peer(FakeRuntime()).status("/runtime.v1alpha2.RuntimeService/PodSandboxStats", stats) == nil)
        let events = await peer(FakeRuntime()).status(
            "/runtime.v1alpha2.RuntimeService/GetContainerEvents", GetEventsRequest())
        #expect(
            events
                == GRPCStatus(
                    .unimplemented, "unknown method GetContainerEvents for service runtime.v1alpha2.RuntimeService"))
    }

    @Test("a call that the runtime leaves out is unimplemented", arguments: CRISchema.calls.map(\.name))
    func leftOut(_ name: String) async throws {
        struct Nothing: CRIRuntime {}
        let call = try #require(CRISchema.call(name))
        // Full of content, so that no required field is absent.
        let message = Filled.request(call.request.name)
        let service = CRIService(runtime: Nothing(), logger: Lines.logger(kept))
        let outcome = await Peer(service: service).call("/runtime.v1.\(name)", message)
        #expect(outcome == .failed(GRPCStatus(.unimplemented, "\(name): not served by this runtime"), after: 0))
    }

    @Test("a malformed message is an invalid argument and does not reach the runtime")
    func malformed() async {
        let runtime = FakeRuntime()
        let outcome = await peer(runtime).call(
            "/runtime.v1.RuntimeService/RunPodSandbox", ByteBuffer(bytes: [0x0A, 0xFF]))
        #expect(outcome == .failed(GRPCStatus(.invalidArgument, "message: not a valid RunPodSandboxRequest"), after: 0))
        #expect(runtime.requests.isEmpty)
    }

    @Test(
        "an error's kind decides the code, its message is the client's, its origin is not",
        arguments: OxbowError.Kind.allCases)
    func errors(_ kind: OxbowError.Kind) async {
        struct Secret: Error {}
        let runtime = FakeRuntime(failure: OxbowError(kind, "sandbox: wrong (a)", origin: Secret()))
        let status = await peer(runtime).status("/runtime.v1.RuntimeService/Version", VersionRequest())
        #expect(status?.code.rawValue == kind.codes.grpc)
        #expect(status?.message == "sandbox: wrong (a)")
    }

    @Test("an era can give every error another code, the absence of a method keeps its own")
    func era() async {
        let service = CRIService(
            runtime: FakeRuntime(failure: OxbowError(.missing, "gone")), logger: Lines.logger(kept)
        ) {
            GRPCStatus(.unknown, $0.message)
        }
        let peer = Peer(service: service)
        #expect(
            await peer.status("/runtime.v1.RuntimeService/Version", VersionRequest()) == GRPCStatus(.unknown, "gone"))
        #expect(
            await peer.status("/runtime.v1.RuntimeService/StopPodSandbox", StopPodSandboxRequest())
                == GRPCStatus(.unknown, "pod_sandbox_id: required"))
        #expect(await peer.status("/runtime.v1.RuntimeService/Fly", VersionRequest())?.code == .unimplemented)
    }

    @Test("a stream's answers come in the order sent, and those before a failure arrive")
    func streams() async throws {
        let path = "/runtime.v1.RuntimeService/StreamContainers"
        guard case .ok(let answers) = await peer(FakeRuntime()).call(path, ByteBuffer()) else {
            Issue.record("the stream failed")
            return
        }
        #expect(
            try answers.map { try StreamContainersResponse(decoding: $0).containers.map(\.id) } == [
                ["a"], ["b"], ["c"],
            ])
        let failing = FakeRuntime(failure: OxbowError(.ours, "core: lost"))
        #expect(await peer(failing).call(path, ByteBuffer()) == .failed(GRPCStatus(.internal, "core: lost"), after: 3))
    }

    @Test("an answer that cannot be delivered ends the call with the transport's status")
    func undelivered() async {
        let gone = GRPCStatus(.resourceExhausted, "message: larger than the limit")
        for path in ["/runtime.v1.RuntimeService/StreamContainers", "/runtime.v1.RuntimeService/Version"] {
            let runtime = FakeRuntime()
            #expect(await peer(runtime).call(path, ByteBuffer(), refusing: gone) == .failed(gone, after: 0))
        }
    }

    @Test("a failed call leaves one line, with the origin and without what the request held")
    func log() async {
        struct Cause: Error, CustomStringConvertible { let description = "errno 5" }
        let runtime = FakeRuntime(failure: OxbowError(.ours, "sandbox: not started (s1)", origin: Cause()))
        let request = RunPodSandboxRequest(
            config: PodSandboxConfig(
                metadata: PodSandboxMetadata(name: "p", uid: "u", namespace: "n"),
                labels: ["secret-label": "secret-value"]))
        _ = await peer(runtime).status("/runtime.v1.RuntimeService/RunPodSandbox", request)
        #expect(
            kept.lines == [
                "error call failed call=RunPodSandbox error=sandbox: not started (s1) kind=ours origin=errno 5"
            ])
    }

    @Test("at trace level every call leaves a line with its duration")
    func trace() async {
        let service = CRIService(runtime: FakeRuntime(), logger: Lines.logger(kept, level: .trace))
        _ = await Peer(service: service).call("/runtime.v1alpha2.ImageService/ListImages", ByteBuffer())
        #expect(kept.lines.count == 1)
        #expect(kept.lines.first?.hasPrefix("trace call api=runtime.v1alpha2 call=ListImages took=") == true)
    }
}
