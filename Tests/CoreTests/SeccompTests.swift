import Core
import Faults
import OCI
import Testing

@Suite struct SeccompTests {
    private func names(_ capabilities: Set<String>) -> Set<String> {
        Set(SeccompDefault.document(capabilities: capabilities).syscalls?.first?.names ?? [])
    }

    @Test("the default profile allows ordinary calls and guards the others by capability")
    func standard() {
        let plain = names(Set(CapabilitySet.standard))
        for call in ["read", "execve", "clock_gettime", "epoll_pwait2", "faccessat2", "chroot", "ptrace"] {
            #expect(plain.contains(call), "\(call)")
        }
        for call in [
            "mount", "init_module", "reboot", "clock_settime", "bpf", "keyctl", "unshare", "kexec_load", "clone",
        ] {
            #expect(!plain.contains(call), "\(call)")
        }
        #expect(names(["CAP_SYS_ADMIN"]).isSuperset(of: ["mount", "unshare", "clone3"]))
        #expect(names(["CAP_SYS_TIME"]).contains("clock_settime"))
    }

    @Test("without CAP_SYS_ADMIN new namespaces cannot be cloned, and clone3 is said not to exist")
    func clone() {
        let rules = SeccompDefault.document(capabilities: []).syscalls ?? []
        #expect(rules.contains { $0.names == ["clone"] && $0.args?.first?.value == 0x7e02_0000 })
        #expect(rules.contains { $0.names == ["clone3"] && $0.errnoRet == 38 })
        let admin = SeccompDefault.document(capabilities: ["CAP_SYS_ADMIN"]).syscalls ?? []
        #expect(!admin.contains { $0.names == ["clone3"] && $0.errnoRet == 38 })
    }

    @Test("Docker's profile form: conditions are decided, both name forms are read, architectures are mapped")
    func docker() throws {
        let text = """
            {"defaultAction":"SCMP_ACT_ERRNO","archMap":[{"architecture":"SCMP_ARCH_X86_64","subArchitectures":["SCMP_ARCH_X86"]},
             {"architecture":"SCMP_ARCH_AARCH64","subArchitectures":[]}],
             "syscalls":[{"name":"read","action":"SCMP_ACT_ALLOW","args":[]},
              {"names":["mount"],"action":"SCMP_ACT_ALLOW","includes":{"caps":["CAP_SYS_ADMIN"]}},
              {"names":["umount"],"action":"SCMP_ACT_ALLOW","excludes":{"caps":["CAP_SYS_ADMIN"]}},
              {"names":["old"],"action":"SCMP_ACT_ALLOW","excludes":{"minKernel":"4.8"}},
              {"names":["strange"],"action":"SCMP_ACT_ALLOW","includes":{"arches":["s390x"]}}]}
            """
        let plain = try #require(try Seccomp.document(.profile(text), capabilities: []))
        #expect(plain.syscalls?.map(\.names) == [["read"], ["umount"]])
        #expect(plain.syscalls?.first?.args == nil)
        #expect(plain.architectures?.isEmpty == false)
        let admin = try #require(try Seccomp.document(.profile(text), capabilities: ["CAP_SYS_ADMIN"]))
        #expect(admin.syscalls?.map(\.names) == [["read"], ["mount"]])
    }

    @Test("unconfined is no profile; a broken one and one past the limit are refused")
    func others() throws {
        #expect(try Seccomp.document(.unconfined, capabilities: []) == nil)
        let broken = #expect(throws: OxbowError.self) { try Seccomp.document(.profile("[]"), capabilities: []) }
        #expect(broken?.kind == .badRequest)
        let long = String(repeating: " ", count: Seccomp.profileLimit + 1)
        let tooLong = #expect(throws: OxbowError.self) { try Seccomp.document(.profile(long), capabilities: []) }
        #expect(tooLong?.kind == .tooLarge)
    }

    @Test("a filter is compiled once for each profile, and only sound ones are kept")
    func compiled() {
        let filters = CompiledFilters()
        let profile = SeccompDefault.document(capabilities: [])
        var linux = RuntimeSpec.Linux()
        linux.seccomp = profile
        let user = RuntimeSpec.User(uid: 0, gid: 0)
        let document = RuntimeSpec(
            process: RuntimeSpec.Process(user: user, args: ["x"]), root: RuntimeSpec.Root(path: "/"),
            annotations: ["a": "b"], linux: linux)
        #expect(filters.amend(document) == document)
        #expect(filters.wants(profile))
        filters.learn(profile, [1, 2, 3])
        #expect(filters.wants(profile))
        filters.learn(profile, [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(!filters.wants(profile))
        #expect(filters.amend(document).annotations == ["a": "b", CompiledFilters.annotation: "AQIDBAUGBwg="])
        var flagged = profile
        flagged.flags = ["SECCOMP_FILTER_FLAG_LOG"]
        #expect(!filters.wants(flagged))
    }

    @Test("no more profiles are kept than the limit")
    func filterLimit() {
        let filters = CompiledFilters()
        for number in 0..<CompiledFilters.limit {
            filters.learn(RuntimeSpec.Seccomp(defaultAction: "\(number)"), [0, 0, 0, 0, 0, 0, 0, 0])
        }
        #expect(!filters.wants(RuntimeSpec.Seccomp(defaultAction: "one more")))
    }
}
