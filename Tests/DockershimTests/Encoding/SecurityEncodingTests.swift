import CRI
import CRIServer
import DockerAPI
import Testing

@testable import Dockershim

@Suite("Users, namespaces and security options")
struct SecurityEncodingTests {
    @Test(
        "users and groups",
        arguments: [
            (nil, "", nil, ""), (1000, "", nil, "1000"), (1000, "bob", nil, "bob"), (1000, "", 3000, "1000:3000"),
            (0, "", nil, "0"), (nil, "bob", 0, "bob:0"),
        ] as [(Int64?, String, Int64?, String)])
    func users(user: Int64?, name: String, group: Int64?, text: String) throws {
        let encoded = try UserEncoding.docker(
            user: user.map { Int64Value(value: $0) }, name: name, group: group.map { Int64Value(value: $0) })
        #expect(encoded == text)
    }

    @Test("a group without a user is refused")
    func groupAlone() {
        #expect(throws: BridgeFailure.self) { try UserEncoding.docker(user: nil, group: Int64Value(value: 1)) }
    }

    @Test(
        "an image's user is a number, else a name, without its group",
        arguments: [
            ("", nil, ""), ("1000:2000", 1000, ""), ("bob:staff", nil, "bob"), ("0", 0, ""),
        ] as [(String, Int64?, String)])
    func imageUsers(text: String, uid: Int64?, name: String) {
        let read = UserEncoding.cri(text)
        #expect(read.uid?.value == uid)
        #expect(read.name == name)
    }

    @Test("SELinux options keep their order and leave out what is empty")
    func selinux() {
        let all = SELinuxOption(user: "u", role: "r", type: "t", level: "l")
        #expect(SecurityOptions.selinux(all) == ["label=user:u", "label=role:r", "label=type:t", "label=level:l"])
        #expect(SecurityOptions.selinux(SELinuxOption(type: "t")) == ["label=type:t"])
        #expect(SecurityOptions.selinux(nil) == [])
    }

    @Test(
        "AppArmor profiles as strings",
        arguments: [
            ("", []), ("runtime/default", []), ("unconfined", ["apparmor=unconfined"]), ("localhost/p", ["apparmor=p"]),
            ("p", ["apparmor=p"]),
        ])
    func apparmor(profile: String, options: [String]) {
        #expect(SecurityOptions.apparmor(profile: profile) == options)
    }

    @Test(
        "seccomp by path: unset is unconfined",
        arguments: [
            ("", .unconfined), ("unconfined", .unconfined), ("runtime/default", .runtimeDefault),
            ("docker/default", .runtimeDefault), ("localhost//a/b.json", .file(path: "/a/b.json")),
            ("x", .unknown("x")),
        ] as [(String, SeccompChoice)])
    func seccompPath(path: String, choice: SeccompChoice) {
        #expect(SeccompChoice(path: path) == choice)
    }

    @Test(
        "seccomp by type: the enum's zero is the runtime's default, an absent message unconfined",
        arguments: [
            (nil, .unconfined), (SecurityProfile(), .runtimeDefault),
            (SecurityProfile(profileType: .unconfined), .unconfined),
            (SecurityProfile(profileType: .localhost, localhostRef: "/p"), .file(path: "/p")),
        ] as [(SecurityProfile?, SeccompChoice)])
    func seccompProfile(profile: SecurityProfile?, choice: SeccompChoice) {
        #expect(SeccompChoice(profile: profile) == choice)
    }

    @Test("v1alpha2 callers are taken at their path, v1 callers at their typed field")
    func seccompByAPI() {
        let both = LinuxContainerSecurityContext(
            seccomp: SecurityProfile(profileType: .unconfined), seccompProfilePath: "runtime/default")
        #expect(SeccompChoice(both, api: .v1alpha2) == .runtimeDefault)
        #expect(SeccompChoice(both, api: .v1) == .unconfined)
        #expect(SeccompChoice(nil, api: .v1alpha2) == .unconfined)
    }

    @Test("a seccomp profile loses white space only outside of its strings")
    func compacts() {
        let text = "{ \"a b\" :\n\t[ 1, \"c \\\" d\" ] }"
        #expect(CompactJSON.text(Array(text.utf8)) == "{\"a b\":[1,\"c \\\" d\"]}")
    }

    @Test(
        "a sandbox's namespaces",
        arguments: [
            (NamespaceOption(), "none", "", "shareable"),
            (NamespaceOption(network: .node, pid: .node, ipc: .node), "host", "host", "host"),
            (NamespaceOption(pid: .container), "none", "", "shareable"),
            (NamespaceOption(pid: .target, targetId: "c"), "none", "", "shareable"),
        ])
    func sandboxNamespaces(options: NamespaceOption, network: String, pid: String, ipc: String) {
        var host = HostConfig()
        NamespaceEncoding.apply(sandbox: options, pluggedNetwork: true, to: &host)
        #expect([host.networkMode, host.pidMode, host.ipcMode] == [network, pid, ipc])
    }

    @Test("without plugins a sandbox uses Docker's own bridge")
    func dockerBridge() {
        var host = HostConfig()
        NamespaceEncoding.apply(sandbox: nil, pluggedNetwork: false, to: &host)
        #expect(host.networkMode == "default")
    }

    @Test(
        "a container's namespaces: network and ipc are the sandbox's also when that is the host's",
        arguments: [
            (NamespaceOption(), "container:s", ""), (NamespaceOption(pid: .container), "", ""),
            (NamespaceOption(network: .node, pid: .node, ipc: .node), "host", "host"),
            (NamespaceOption(pid: .target, targetId: "t"), "container:t", ""),
        ])
    func containerNamespaces(options: NamespaceOption, pid: String, uts: String) {
        var host = HostConfig()
        NamespaceEncoding.apply(container: options, sandboxID: "s", to: &host)
        #expect(
            [host.networkMode, host.ipcMode, host.pidMode, host.utsMode] == ["container:s", "container:s", pid, uts])
    }

    @Test("namespaces are read back from Docker's modes")
    func readsNamespaces() {
        var host = HostConfig()
        host.networkMode = "none"
        #expect(NamespaceEncoding.read(host) == NamespaceOption(network: .pod, pid: .container, ipc: .pod))
        host.networkMode = "host"
        host.pidMode = "host"
        host.ipcMode = "host"
        #expect(NamespaceEncoding.read(host) == NamespaceOption(network: .node, pid: .node, ipc: .node))
    }

    @Test(
        "signals by the CRI's numbers, which are not Linux's",
        arguments: [
            (1, "SIGABRT"), (13, "SIGKILL"), (23, "SIGTERM"), (34, "SIGXFSZ"), (35, "SIGRTMIN"), (36, "SIGRTMIN+1"),
            (50, "SIGRTMIN+15"), (51, "SIGRTMAX-14"), (64, "SIGRTMAX-1"), (65, "SIGRTMAX"), (0, ""), (66, ""),
        ] as [(Int32, String)])
    func signals(number: Int32, name: String) {
        #expect(StopSignals.name(Signal(rawValue: number)) == name)
        if !name.isEmpty { #expect(StopSignals.signal(named: name).rawValue == number) }
    }
}
