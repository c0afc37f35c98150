import CRI
import Testing

@testable import Trace

@Suite("Host paths")
struct HostPathsTests {
    private let paths = HostPaths(root: "/tmp/r", existing: ["/lib/modules", "/var/lib/kubelet/pods/u/etc-hosts"])

    @Test("the kubelet's folders move, whatever the host has; other paths move when the host lacks them")
    func mapping() {
        #expect(paths.mapped("/var/lib/kubelet/pods/u/etc-hosts") == "/tmp/r/var/lib/kubelet/pods/u/etc-hosts")
        #expect(paths.mapped("/var/log/pods/x") == "/tmp/r/var/log/pods/x")
        #expect(paths.mapped("/lib/modules") == "/lib/modules")
        #expect(paths.mapped("/srv/none") == "/tmp/r/srv/none")
        #expect(paths.mapped("relative") == "relative")
    }

    @Test("a container's mounts and log folders are moved and asked for, files as files")
    func container() {
        let (request, needs) = paths.moved([
            "config": [
                "log_path": "main/0.log",
                "annotations": ["io.kubernetes.container.terminationMessagePath": "/my/log"],
                "mounts": .array([
                    ["container_path": "/etc/hosts", "host_path": "/var/lib/kubelet/pods/u/etc-hosts"],
                    ["container_path": "/my/log", "host_path": "/var/lib/kubelet/pods/u/containers/main/1"],
                    [
                        "container_path": "/data", "host_path": "/var/lib/kubelet/pods/u/volumes/v",
                        "readonly": .bool(true),
                    ],
                    ["container_path": "/m", "host_path": "/lib/modules"],
                ]),
            ],
            "sandbox_config": ["log_directory": "/var/log/pods/p"],
        ])
        #expect(
            needs == [
                .file("/tmp/r/var/lib/kubelet/pods/u/etc-hosts"),
                .file("/tmp/r/var/lib/kubelet/pods/u/containers/main/1"),
                .folder("/tmp/r/var/lib/kubelet/pods/u/volumes/v"),
                .folder("/tmp/r/var/log/pods/p"), .folder("/tmp/r/var/log/pods/p/main"),
            ])
        let mounts = request.value(at: "config", "mounts")?.array ?? []
        #expect(mounts[2].string(at: "host_path") == "/tmp/r/var/lib/kubelet/pods/u/volumes/v")
        #expect(mounts[2]["readonly"] == .bool(true))
        #expect(mounts[3].string(at: "host_path") == "/lib/modules")
        #expect(request.string(at: "sandbox_config", "log_directory") == "/tmp/r/var/log/pods/p")
        #expect(request.string(at: "config", "log_path") == "main/0.log")
    }

    @Test("a request without paths stays as it is")
    func nothing() {
        let (request, needs) = paths.moved(["container_id": "c"])
        #expect(request == ["container_id": "c"])
        #expect(needs.isEmpty)
    }

    @Test("only paths outside the kubelet's folders are looked for on this host")
    func foreign() {
        #expect(
            HostPaths.foreign(in: [
                "config": [
                    "mounts": .array([
                        ["host_path": "/var/lib/kubelet/x"], ["host_path": "/srv"], ["container_path": "/a"],
                    ])
                ]
            ]) == ["/srv"])
    }
}
