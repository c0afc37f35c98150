import FoundationEssentials
package import Faults
package import OCI

/// The seccomp part of a container's document.
package enum Seccomp {
    /// - Parameter capabilities: the container's bounding set, on which some rules depend.
    /// - Returns: nil for `.unconfined`.
    /// - Throws: `.badRequest` when a given profile cannot be read.
    package static func document(
        _ spec: SeccompSpec, capabilities: Set<String>
    ) throws(OxbowError) -> RuntimeSpec.Seccomp? {
        switch spec {
        case .unconfined: return nil
        case .runtimeDefault: return SeccompDefault.document(capabilities: capabilities)
        case .profile(let text):
            guard text.utf8.count <= profileLimit else {
                throw OxbowError(.tooLarge, "seccomp profile: longer than \(profileLimit) bytes")
            }
            let profile: SeccompProfile
            do {
                profile = try JSONDecoder().decode(SeccompProfile.self, from: Data(text.utf8))
            } catch {
                throw OxbowError(.badRequest, "seccomp profile: not a profile document", origin: error)
            }
            return profile.document(capabilities: capabilities, architecture: architecture)
        }
    }

    /// Bytes of a profile document.
    package static let profileLimit = 1 << 20

    /// Go's name of this machine's architecture, as profiles write it.
    package static var architecture: String {
        #if arch(x86_64)
            "amd64"
        #elseif arch(arm64)
            "arm64"
        #else
            "unknown"
        #endif
    }
}

/// A profile as Docker and the kubelet write it: OCI's document with older and conditional forms.
package struct SeccompProfile: Decodable {
    var defaultAction: String
    var defaultErrnoRet: UInt32?
    var architectures: [String]?
    var archMap: [ArchitectureMap]?
    var flags: [String]?
    var syscalls: [Rule]?

    struct ArchitectureMap: Decodable {
        var architecture: String
        var subArchitectures: [String]?
    }
    struct Rule: Decodable {
        /// Docker's first form.
        var name: String?
        var names: [String]?
        var action: String
        var errnoRet: UInt32?
        var args: [RuntimeSpec.Seccomp.Argument]?
        var includes: Condition?
        var excludes: Condition?
    }
    struct Condition: Decodable {
        var caps: [String]?
        var arches: [String]?
        /// `4.8`: this host's kernel is taken to be newer than any profile asks for.
        var minKernel: String?
    }

    func document(capabilities: Set<String>, architecture: String) -> RuntimeSpec.Seccomp {
        let native = ["amd64": "SCMP_ARCH_X86_64", "arm64": "SCMP_ARCH_AARCH64"][architecture]
        let mapped = archMap?.first { $0.architecture == native }
        let rules = (syscalls ?? []).compactMap { rule -> RuntimeSpec.Seccomp.Syscall? in
            if let wanted = rule.includes {
                if let caps = wanted.caps, !capabilities.isSuperset(of: caps) { return nil }
                if let arches = wanted.arches, !arches.isEmpty, !arches.contains(architecture) { return nil }
            }
            if let unwanted = rule.excludes {
                if let caps = unwanted.caps, !capabilities.isDisjoint(with: caps) { return nil }
                if let arches = unwanted.arches, arches.contains(architecture) { return nil }
                if unwanted.minKernel != nil { return nil }
            }
            let names = (rule.names ?? []) + (rule.name.map { [$0] } ?? [])
            guard !names.isEmpty else { return nil }
            return RuntimeSpec.Seccomp.Syscall(
                names: names, action: rule.action, errnoRet: rule.errnoRet,
                args: rule.args?.isEmpty == false ? rule.args : nil)
        }
        return RuntimeSpec.Seccomp(
            defaultAction: defaultAction, defaultErrnoRet: defaultErrnoRet,
            architectures: architectures ?? mapped.map { [$0.architecture] + ($0.subArchitectures ?? []) },
            flags: flags, syscalls: rules)
    }
}
