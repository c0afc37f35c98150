/// A struct of Docker's API, declared once as Go declares it: each property with its JSON name and whether an empty
/// value is written. Decoding and encoding both follow from that table.
///
/// Decoding is as lenient as Go's: unknown keys are passed over, `null` leaves the default, a key in other letter case
/// matches (Go folds all of Unicode, this folds ASCII), and the last of several equal keys wins.
package protocol GoObject: Codable, Sendable, Equatable {
    init()
    static var members: GoMembers<Self> { get }
}

extension GoObject {
    package init(from decoder: any Decoder) throws {
        self.init()
        let object = try decoder.container(keyedBy: GoKey.self)
        for key in object.allKeys {
            guard let member = Self.members[key.stringValue], try !object.decodeNil(forKey: key) else { continue }
            try member.read(&self, object, key)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        let version = encoder.userInfo[.apiVersion] as? APIVersion
        var object = encoder.container(keyedBy: GoKey.self)
        for member in Self.members.inOrder where version.map(member.versions.contains) ?? true {
            try member.write(self, &object)
        }
    }
}

/// A JSON key that was not known when the program was compiled.
package struct GoKey: CodingKey {
    package let stringValue: String
    package var intValue: Int? { nil }
    package init(stringValue: String) { self.stringValue = stringValue }
    package init?(intValue: Int) { nil }
}

extension CodingUserInfoKey {
    /// The `APIVersion` that is written for; absent: every member is written.
    // A raw value that is not empty always makes a key.
    static let apiVersion = CodingUserInfoKey(rawValue: "APIVersion")!
}
