import Core
import Faults
import Testing

@Suite struct CapabilityTests {
    @Test("names with and without CAP_ are the same, in any case")
    func names() throws {
        let set = try CapabilitySet.wanted(CapabilitySpec(add: ["net_admin"], drop: ["CAP_CHOWN"]), privileged: false)
        #expect(set == (CapabilitySet.standard + ["CAP_NET_ADMIN"]).filter { $0 != "CAP_CHOWN" }.sorted())
    }

    @Test("drop ALL leaves what is added by name; add ALL less what is dropped by name")
    func all() throws {
        #expect(
            try CapabilitySet.wanted(CapabilitySpec(add: ["KILL"], drop: ["ALL"]), privileged: false) == ["CAP_KILL"])
        let most = try CapabilitySet.wanted(CapabilitySpec(add: ["ALL"], drop: ["SYS_ADMIN"]), privileged: false)
        #expect(most == CapabilitySet.all.filter { $0 != "CAP_SYS_ADMIN" })
    }

    @Test("ambient capabilities are inheritable too, as far as they are permitted")
    func ambient() throws {
        let spec = CapabilitySpec(ambient: ["CHOWN", "SYS_TIME"])
        let sets = try CapabilitySet.sets(spec, privileged: false, held: Set(CapabilitySet.all)).sets
        #expect(sets.ambient == ["CAP_CHOWN"] && sets.inheritable == ["CAP_CHOWN"])
    }

    @Test("no capability is listed twice, and every standard one is known")
    func lists() {
        #expect(Set(CapabilitySet.all).count == CapabilitySet.all.count)
        #expect(CapabilitySet.all == CapabilitySet.all.sorted())
        #expect(CapabilitySet.standard.count == 14)
        #expect(Set(CapabilitySet.all).isSuperset(of: CapabilitySet.standard))
    }
}
