import CRI
import Testing

@testable import Dockershim

@Suite("Docker names of sandboxes and containers")
struct ObjectNameTests {
    private let pod = PodSandboxMetadata(name: "web-0", uid: "u-1", namespace: "default", attempt: 2)

    @Test("a sandbox's name holds POD, pod, namespace, uid and the pod's attempt")
    func sandbox() {
        #expect(ObjectName(sandbox: pod).text(era: .current) == "k8s_POD_web-0_default_u-1_2")
    }

    @Test("a container's name holds its own name and attempt, and the pod's rest")
    func container() {
        let name = ObjectName(container: ContainerMetadata(name: "app", attempt: 7), in: pod)
        #expect(name.text(era: .current) == "k8s_app_web-0_default_u-1_7")
        #expect(name.containerMetadata == ContainerMetadata(name: "app", attempt: 7))
    }

    @Test(
        "what a name says is read back, with or without Docker's slash and a suffix",
        arguments: [
            "k8s_app_web-0_default_u-1_7", "/k8s_app_web-0_default_u-1_7", "k8s_app_web-0_default_u-1_7_0badcafe",
        ])
    func parses(text: String) throws {
        let name = try #require(ObjectName(parsing: text))
        #expect(name.container == "app")
        #expect(name.sandboxMetadata == PodSandboxMetadata(name: "web-0", uid: "u-1", namespace: "default", attempt: 7))
    }

    @Test(
        "a name of another make does not parse",
        arguments: [
            "", "/nginx", "k8s_app_web_default_u", "k8s_a_b_c_d_e", "k8s_a_b_c_d_-1", "x8s_a_b_c_d_1",
            "k8s_a_b_c_d_1_x_y",
            "k8s_a_b_c_d_4294967296",
        ])
    func refuses(text: String) {
        #expect(ObjectName(parsing: text) == nil)
    }

    @Test(
        "a part that Docker would refuse, or that would split the name, comes back as it was",
        arguments: ["a_b", "grüße", "a b", ".a", "", "a/b", "_", "a.5f"])
    func odd(part: String) throws {
        let metadata = PodSandboxMetadata(name: part, uid: part, namespace: part, attempt: 1)
        let text = ObjectName(sandbox: metadata).text(era: .current)
        #expect(text.utf8.allSatisfy { $0 < 0x7F && $0 > 0x20 && $0 != UInt8(ascii: "/") })
        #expect(ObjectName(parsing: text)?.sandboxMetadata == metadata)
        #expect(ObjectName(sandbox: metadata).text(era: .dockershim120) == "k8s_POD_\(part)_\(part)_\(part)_1")
    }

    @Test("a name used again carries eight hex digits")
    func renamed() {
        #expect(
            ObjectName(sandbox: pod).renamed(by: 0xBEEF).text(era: .current) == "k8s_POD_web-0_default_u-1_2_0000beef")
        #expect(
            ObjectName(sandbox: pod).renamed(by: .max).text(era: .current) == "k8s_POD_web-0_default_u-1_2_ffffffff")
    }
}
