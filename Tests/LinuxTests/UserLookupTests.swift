import Faults
import Linux
import Testing

@Suite struct UserLookupTests {
    let passwd = """
        root:x:0:0:root:/root:/bin/sh
        # a comment
        broken
        daemon:x:1:1::/:/bin/false
        web:x:1000:2000:Web:/srv/web:/bin/sh
        """
    let group = """
        root:x:0:
        staff:x:50:web,daemon
        web:x:2000:web
        audio:x:29:web
        """

    @Test("an empty user is root with root's home")
    func empty() throws {
        #expect(try look("") == ResolvedUser(uid: 0, gid: 0, groups: [0], home: "/root"))
    }

    @Test("a name brings its group, home and the groups that list it, the primary one first")
    func name() throws {
        #expect(try look("web") == ResolvedUser(uid: 1000, gid: 2000, groups: [2000, 29, 50], home: "/srv/web"))
    }

    @Test("a number with an entry is that user")
    func knownNumber() throws {
        #expect(try look("1000") == ResolvedUser(uid: 1000, gid: 2000, groups: [2000, 29, 50], home: "/srv/web"))
    }

    @Test("a number without an entry has group 0 and home /")
    func unknownNumber() throws { #expect(try look("4242") == ResolvedUser(uid: 4242)) }

    @Test("a group given by hand replaces the entry's groups", arguments: ["web:staff", "web:50"])
    func givenGroup(text: String) throws {
        #expect(try look(text) == ResolvedUser(uid: 1000, gid: 50, groups: [50], home: "/srv/web"))
    }

    @Test("the CRI's Merge adds the image's groups beside a group that was given, Strict adds none at all")
    func policies() throws {
        func groups(_ text: String, _ policy: ImageGroups) throws -> [UInt32] {
            try UserLookup.resolve(text, passwd: passwd, group: group, additional: [7], imageGroups: policy).groups
        }
        #expect(try groups("web:3000", .always) == [3000, 7, 29, 50, 2000])
        #expect(try groups("1000", .always) == [2000, 7, 29, 50])
        #expect(try groups("1000", .never) == [2000, 7])
        #expect(try groups("web:3000", .never) == [3000, 7])
        #expect(try groups("web:3000", .unlessGroupGiven) == [3000, 7])
    }

    @Test("additional groups are kept, sorted, behind the primary one")
    func additional() throws {
        let user = try UserLookup.resolve("1:1", passwd: passwd, group: group, additional: [9, 1, 3])
        #expect(user.groups == [1, 3, 9])
    }

    @Test(
        "unknown names and numbers out of range are the client's mistake",
        arguments: ["nobody", "web:wheel", "2147483648"])
    func refused(text: String) {
        let error = #expect(throws: OxbowError.self) { try look(text) }
        #expect(error?.kind == .badRequest)
    }

    @Test("a root without passwd and group files still has numbers")
    func noFiles() throws {
        #expect(try UserLookup.resolve("7:8", passwd: "", group: "") == ResolvedUser(uid: 7, gid: 8, groups: [8]))
    }

    private func look(_ text: String) throws -> ResolvedUser {
        try UserLookup.resolve(text, passwd: passwd, group: group)
    }
}
