import Testing

@testable import Comparison

@Suite("Stages")
struct StageDefinitionTests {
    @Test("a stage's paths all land in its own folder")
    func placed() {
        let stage = StageDefinition.dockershim(program: "/bin/oxbow").placed(in: "/w/d")
        #expect(stage.criSocket == "/w/d/cri.sock")
        #expect(stage.restTally == "/w/d/rest-tally.json")
        #expect(stage.startBreakdown == "/w/d/start-breakdown.json")
        #expect(
            stage.daemons[0].arguments == [
                "engine", "--socket", "unix:///w/d/docker.sock", "--root", "/w/d/engine", "--log-level", "warning",
                "--start-breakdown", "/w/d/start-breakdown.json",
            ])
        #expect(
            stage.daemons[1].arguments == [
                "shim", "--docker", "unix:///w/d/docker.sock", "--socket", "unix:///w/d/cri.sock", "--root",
                "/w/d/shim",
                "--log-level", "warning", "--rest-tally", "/w/d/rest-tally.json", "--era", "current",
            ])
        #expect(stage.daemons.map(\.socket) == ["/w/d/docker.sock", "/w/d/cri.sock"])
        let direct = StageDefinition.criPlugin(program: "/bin/oxbow", logLevel: "debug").placed(in: "/w/c")
        #expect(
            direct.daemons[0].arguments == [
                "cri", "--socket", "unix:///w/c/cri.sock", "--root", "/w/c/cri", "--log-level", "debug",
                "--start-breakdown", "/w/c/start-breakdown.json",
            ])
    }

    @Test("an endpoint is written name=unix://path or name=path")
    func endpoint() {
        #expect(EndpointDefinition("containerd=unix:///run/c.sock") == .init(name: "containerd", socket: "/run/c.sock"))
        #expect(EndpointDefinition("x=/run/c.sock") == .init(name: "x", socket: "/run/c.sock"))
    }

    @Test(
        "what is no endpoint is refused",
        arguments: ["", "containerd", "=unix:///s", "x=tcp://h", "x=unix://rel", "x="])
    func noEndpoint(text: String) { #expect(EndpointDefinition(text) == nil) }
}
