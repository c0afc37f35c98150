import CRI
import Testing

@testable import Dockershim

@Suite("Labels and annotations as Docker labels")
struct DockerLabelsTests {
    @Test("a sandbox's labels come with its type and the name POD, annotations with a prefix")
    func sandbox() {
        let config = PodSandboxConfig(labels: ["app": "web"], annotations: ["note": "x"])
        #expect(
            DockerLabels.ofSandbox(config, era: .dockershim120) == [
                "app": "web", "annotation.note": "x", "io.kubernetes.docker.type": "podsandbox",
                "io.kubernetes.container.name": "POD",
            ])
    }

    @Test("a container's labels tell its sandbox and where its log belongs")
    func container() {
        let config = ContainerConfig(labels: ["io.kubernetes.container.name": "app"], logPath: "app/0.log")
        let sandbox = PodSandboxConfig(logDirectory: "/var/log/pods/p")
        #expect(
            DockerLabels.ofContainer(config, sandbox: sandbox, sandboxID: "s1", era: .dockershim120) == [
                "io.kubernetes.container.name": "app", "io.kubernetes.docker.type": "container",
                "io.kubernetes.container.logpath": "/var/log/pods/p/app/0.log", "io.kubernetes.sandbox.id": "s1",
            ])
    }

    @Test("without a log path 1.20 takes the folder, today nothing")
    func noLogPath() {
        let sandbox = PodSandboxConfig(logDirectory: "/var/log/pods/p")
        func path(_ era: Era) -> String? {
            DockerLabels.ofContainer(ContainerConfig(), sandbox: sandbox, sandboxID: "s", era: era)[
                DockerLabels.logPath]
        }
        #expect(path(.dockershim120) == "/var/log/pods/p")
        #expect(path(.current) == "")
    }

    @Test("an annotation wins over a label of its Docker name, and our own labels win over both")
    func collisions() {
        let config = PodSandboxConfig(
            labels: ["annotation.x": "label", "io.kubernetes.docker.type": "mine"], annotations: ["x": "annotation"])
        let labels = DockerLabels.ofSandbox(config, era: .dockershim120)
        #expect(labels["annotation.x"] == "annotation")
        #expect(labels["io.kubernetes.docker.type"] == "podsandbox")
    }

    @Test("reading back drops our own labels; the container name only on sandboxes; image labels stay")
    func read() {
        let sandbox = DockerLabels.read([
            "io.kubernetes.docker.type": "podsandbox", "io.kubernetes.container.name": "POD", "origin": "image",
            "annotation.a": "1",
        ])
        #expect(sandbox.labels == ["origin": "image"])
        #expect(sandbox.annotations == ["a": "1"])
        let container = DockerLabels.read([
            "io.kubernetes.docker.type": "container", "io.kubernetes.container.name": "app",
            "io.kubernetes.container.logpath": "/l", "io.kubernetes.sandbox.id": "s",
        ])
        #expect(container.labels == ["io.kubernetes.container.name": "app"])
        #expect(container.annotations.isEmpty)
    }

    @Test("today every label and annotation comes back, whatever its key, and no label of the image does")
    func roundTrip() {
        let labels = [
            "app": "wörld", "annotation.x": "label", "io.kubernetes.docker.type": "mine", "io.oxbow.shim.keys": "k",
            "io.oxbow.shim.label.app": "deep", "io.kubernetes.container.name": "app", "io.kubernetes.sandbox.id": "no",
        ]
        let annotations = ["x": "annotation", "annotation.x": "two\nlines", "": "empty"]
        var sandbox = DockerLabels.ofSandbox(
            PodSandboxConfig(labels: labels, annotations: annotations), handler: "runc", era: .current)
        sandbox["origin"] = "image"
        #expect(sandbox["app"] == "wörld")
        #expect(sandbox["io.kubernetes.docker.type"] == "podsandbox")
        #expect(sandbox[DockerLabels.handler] == "runc")
        #expect(DockerLabels.read(sandbox).labels == labels)
        #expect(DockerLabels.read(sandbox).annotations == annotations)
        var container = DockerLabels.ofContainer(
            ContainerConfig(labels: labels, annotations: annotations), sandbox: PodSandboxConfig(), sandboxID: "s1",
            era: .current)
        container["origin"] = "image"
        #expect(container["io.kubernetes.container.name"] == "app")
        #expect(DockerLabels.read(container).labels == labels)
        #expect(DockerLabels.read(container).annotations == annotations)
    }

    @Test("a selector finds labels under the names that they are kept by")
    func filters() {
        let selector = ["app": "a", "annotation.x": "b", "io.kubernetes.container.name": "c"]
        #expect(
            DockerLabels.filter(type: "podsandbox", and: selector, era: .current) == [
                "io.kubernetes.docker.type=podsandbox", "app=a", "io.oxbow.shim.label.annotation.x=b",
                "io.oxbow.shim.label.io.kubernetes.container.name=c",
            ])
        #expect(
            DockerLabels.filter(type: "container", and: selector, sandbox: "s", era: .current) == [
                "io.kubernetes.docker.type=container", "app=a", "io.kubernetes.container.name=c",
                "io.kubernetes.sandbox.id=s", "io.oxbow.shim.label.annotation.x=b",
            ])
        #expect(
            DockerLabels.filter(type: "podsandbox", and: selector, era: .dockershim120).contains("annotation.x=b"))
    }

    @Test(
        "paths join as Go joins them",
        arguments: [
            (["", ""], ""), (["/a", ""], "/a"), (["", "b/0.log"], "b/0.log"), (["/a/", "/b//c"], "/a/b/c"),
            (["/a/./b", "../c"], "/a/c"), (["/..", "x"], "/x"), (["a", "../.."], ".."),
        ])
    func joins(parts: [String], joined: String) {
        #expect(PathText.join(parts[0], parts[1]) == joined)
    }
}
