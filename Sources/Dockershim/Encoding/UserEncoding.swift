import Faults
import CRI

/// Docker's `User`: `name|uid[:gid]`.
enum UserEncoding {
    /// - Throws: `.badRequest` when a group is asked for without a user.
    static func docker(user: Int64Value?, name: String = "", group: Int64Value?) throws(BridgeFailure) -> String {
        let user = name.isEmpty ? user.map { "\($0.value)" } ?? "" : name
        guard let group else { return user }
        guard !user.isEmpty else {
            throw BridgeFailure(.badRequest, "runAsGroup is specified without a runAsUser (\(group.value))")
        }
        return "\(user):\(group.value)"
    }

    /// nil when there are none, as the old client wrote it.
    static func groups(_ groups: [Int64]) -> [String]? {
        groups.isEmpty ? nil : groups.map(String.init)
    }

    /// An image's `User` as the CRI splits it: a number, else a name; a group after `:` is dropped.
    static func cri(_ user: String) -> (uid: Int64Value?, name: String) {
        let first = String(user.prefix { $0 != ":" })
        if let uid = Int64(first) { return (Int64Value(value: uid), "") }
        return (nil, first)
    }
}
