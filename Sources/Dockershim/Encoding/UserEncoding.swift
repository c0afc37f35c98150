import Faults
import CRI

/// Docker's `User`: `name|uid[:gid]`.
enum UserEncoding {
    /// - Throws: `.badRequest` for ids that no Linux has, and for a user name that would say more than a name.
    static func check(_ security: LinuxContainerSecurityContext) throws(BridgeFailure) {
        let ids =
            [security.runAsUser?.value, security.runAsGroup?.value].compactMap { $0 } + security.supplementalGroups
        if let wrong = ids.first(where: { UInt32(exactly: $0) == nil }) {
            throw BridgeFailure(.badRequest, "security_context: not a user or group id (\(wrong))")
        }
        guard !security.runAsUsername.contains(":") else {
            throw BridgeFailure(
                .badRequest, "security_context.run_as_username: not a user name (\(security.runAsUsername))")
        }
    }

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
