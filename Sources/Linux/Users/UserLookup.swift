package import Faults

/// Who a container's process runs as, once names are looked up.
package struct ResolvedUser: Sendable, Equatable {
    package var uid: UInt32
    package var gid: UInt32
    /// `gid` first, then the others, ascending. The primary group counts among them: a file that its group may not read is
    /// then refused however the process changes its group (CVE-2022-36109).
    package var groups: [UInt32]
    /// `/` when /etc/passwd does not know the user.
    package var home: String
    package init(uid: UInt32 = 0, gid: UInt32 = 0, groups: [UInt32] = [0], home: String = "/") {
        self.uid = uid
        self.gid = gid
        self.groups = groups
        self.home = home
    }
}

/// Looks a user up in the text of a root file system's own /etc/passwd and /etc/group.
///
/// The rules are Docker's: a number needs no entry; a number without an entry has group 0; a name needs one; a group given
/// by hand replaces the entry's. Whether the user's other groups from /etc/group are added, the caller says.
package enum UserLookup {
    /// - Parameter text: `""`, `name`, `uid`, `name:group`, `uid:gid`.
    /// - Throws: `.badRequest` for a name without an entry or a number past 2³¹−1.
    package static func resolve(
        _ text: String, passwd: String, group: String, additional: [UInt32] = [],
        imageGroups: ImageGroups = .unlessGroupGiven
    ) throws(OxbowError) -> ResolvedUser {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let wanted = parts[0].isEmpty ? "0" : parts[0]
        let users = lines(passwd, fields: 7).compactMap(User.init)
        let groups = lines(group, fields: 4).compactMap(Group.init)

        var answer: ResolvedUser
        let entry = users.first { $0.name == wanted } ?? UInt32(wanted).flatMap { uid in users.first { $0.uid == uid } }
        if let entry {
            answer = ResolvedUser(uid: entry.uid, gid: entry.gid, home: entry.home.isEmpty ? "/" : entry.home)
        } else if let uid = UInt32(wanted) {
            answer = ResolvedUser(uid: uid)
        } else {
            throw OxbowError(.badRequest, "user: unable to find user \(wanted): no matching entries in passwd file")
        }

        var supplementary = Set(additional)
        let isGroupGiven = parts.count == 2 && !parts[1].isEmpty
        if isGroupGiven {
            let wanted = parts[1]
            if let entry = groups.first(where: { $0.name == wanted }) {
                answer.gid = entry.gid
            } else if let gid = UInt32(wanted) {
                answer.gid = gid
            } else {
                throw OxbowError(
                    .badRequest, "user: unable to find group \(wanted): no matching entries in group file")
            }
        }
        if let entry, imageGroups == .always || (imageGroups == .unlessGroupGiven && !isGroupGiven) {
            for each in groups where each.members.contains(entry.name) { supplementary.insert(each.gid) }
        }
        guard answer.uid <= Int32.max, answer.gid <= Int32.max else {
            throw OxbowError(.badRequest, "user: uids and gids must be in range 0-2147483647 (\(text))")
        }
        supplementary.remove(answer.gid)
        answer.groups = [answer.gid] + supplementary.sorted()
        return answer
    }

    private struct User {
        let name: String
        let uid: UInt32
        let gid: UInt32
        let home: String
        init?(_ fields: [Substring]) {
            guard let uid = UInt32(fields[2]), let gid = UInt32(fields[3]) else { return nil }
            name = String(fields[0])
            self.uid = uid
            self.gid = gid
            home = String(fields[5])
        }
    }

    private struct Group {
        let name: String
        let gid: UInt32
        let members: [String]
        init?(_ fields: [Substring]) {
            guard let gid = UInt32(fields[2]) else { return nil }
            name = String(fields[0])
            self.gid = gid
            members = fields[3].split(separator: ",").map(String.init)
        }
    }

    /// Lines with at least `fields` fields; short, empty and commented ones are passed over, as getpwent does.
    private static func lines(_ text: String, fields: Int) -> [[Substring]] {
        text.split(separator: "\n").compactMap { line in
            guard !line.hasPrefix("#") else { return nil }
            let parts = line.split(separator: ":", omittingEmptySubsequences: false)
            return parts.count >= fields ? parts : nil
        }
    }
}
