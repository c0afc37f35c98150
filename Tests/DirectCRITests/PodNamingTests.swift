import CRI
import Testing

@testable import DirectCRI

@Suite("Names of pods in the core")
struct PodNamingTests {
    private func name(_ name: String, _ namespace: String, _ uid: String, _ attempt: UInt32 = 0) -> String {
        PodNaming.sandbox(PodSandboxMetadata(name: name, uid: uid, namespace: namespace, attempt: attempt))
    }

    @Test("Kubernetes names stand as they are")
    func plain() {
        #expect(name("web-0", "kube-system", "ab-12", 3) == "k8s_POD_web-0_kube-system_ab-12_3")
    }

    @Test("different metadata give different names, in ASCII")
    func different() {
        let names = [
            name("a_b", "c", "u"), name("a", "b_c", "u"), name("a%5fb", "c", "u"), name("a", "b", "c_u"),
            name("a", "b", "c", 1),
            name("ä", "c", "u"), name("a\u{308}", "c", "u"), name("%e4", "c", "u"),
        ]
        #expect(Set(names.map { Array($0.utf8) }).count == names.count)
        #expect(names.allSatisfy { $0.utf8.allSatisfy { $0 < 0x7F } })
    }
}
