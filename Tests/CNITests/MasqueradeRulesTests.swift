import Testing

@testable import CNI

/// The listing is what `iptables -t nat -S` (1.8.9) printed after two pods were attached by `bridge` 1.1.1.
@Suite("Masquerading rules that are left")
struct MasqueradeRulesTests {
    private let listing = #"""
        -P PREROUTING ACCEPT
        -P POSTROUTING ACCEPT
        -N CNI-aaaa
        -N CNI-bbbb
        -N CNI-DN-cccc
        -A POSTROUTING -s 10.87.0.2/32 -m comment --comment "name: \"oxbow\" id: \"pod1\"" -j CNI-aaaa
        -A POSTROUTING -s 10.87.0.3/32 -m comment --comment "name: \"oxbow\" id: \"pod10\"" -j CNI-bbbb
        -A CNI-aaaa -d 10.87.0.0/16 -m comment --comment "name: \"oxbow\" id: \"pod1\"" -j ACCEPT
        -A CNI-aaaa ! -d 224.0.0.0/4 -m comment --comment "name: \"oxbow\" id: \"pod1\"" -j MASQUERADE
        -A CNI-bbbb -d 10.87.0.0/16 -m comment --comment "name: \"oxbow\" id: \"pod10\"" -j ACCEPT
        -A CNI-HOSTPORT-DNAT -p tcp -m comment --comment "dnat name: \"oxbow\" id: \"pod1\"" -j CNI-DN-cccc
        """#

    @Test("the jump goes first, then the chain with what is in it; other pods and mapped ports stay")
    func removal() {
        #expect(
            MasqueradeRules.removal(from: listing, pod: "pod1") == #"""
                *nat
                -D POSTROUTING -s 10.87.0.2/32 -m comment --comment "name: \"oxbow\" id: \"pod1\"" -j CNI-aaaa
                -F CNI-aaaa
                -X CNI-aaaa
                COMMIT

                """#)
    }

    @Test("without a rule of the pod there is nothing to do", arguments: ["pod", "pod2", ""])
    func nothing(pod: String) {
        #expect(MasqueradeRules.removal(from: listing, pod: pod) == nil)
        #expect(MasqueradeRules.removal(from: "", pod: pod) == nil)
    }
}
