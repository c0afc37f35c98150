import CRI

/// Which seccomp profile a container asks for. Not asking means unconfined, unlike with plain Docker.
enum SeccompChoice: Equatable {
    case unconfined
    case runtimeDefault
    /// A JSON file on this host.
    case file(path: String)
    case unknown(String)

    /// A kubelet of 1.20 fills both fields, but only the string honours its annotations; later ones fill the typed field.
    /// Where the field that counts is not filled, today's bridge takes the other.
    init(_ context: LinuxContainerSecurityContext?, api: CRI.APIVersion, era: Era = .dockershim120) {
        let path = context?.seccompProfilePath ?? ""
        let typed = context?.seccomp
        let pathCounts =
            switch api {
            case .v1alpha2: era.knowsOnlyFieldsOf120 || !path.isEmpty || typed == nil
            case .v1: !era.knowsOnlyFieldsOf120 && typed == nil
            }
        if pathCounts { self.init(path: path) } else { self.init(profile: typed) }
    }

    /// For a sandbox's own process. Not asking leaves the choice to Docker.
    init(sandbox context: LinuxSandboxSecurityContext?, api: CRI.APIVersion) {
        let path = context?.seccompProfilePath ?? ""
        switch api {
        case .v1alpha2 where !path.isEmpty: self.init(path: path)
        case .v1 where context?.seccomp != nil: self.init(profile: context?.seccomp)
        default: self = .runtimeDefault
        }
    }

    init(path: String) {
        switch path {
        case "", "unconfined": self = .unconfined
        case "runtime/default", "docker/default": self = .runtimeDefault
        case let path where path.hasPrefix("localhost/"): self = .file(path: String(path.dropFirst("localhost/".count)))
        default: self = .unknown(path)
        }
    }

    init(profile: SecurityProfile?) {
        guard let profile else {
            self = .unconfined
            return
        }
        switch profile.profileType {
        case .unconfined: self = .unconfined
        case .runtimeDefault: self = .runtimeDefault
        case .localhost:
            let file = profile.localhostRef
            self = .file(path: file.hasPrefix("localhost/") ? String(file.dropFirst("localhost/".count)) : file)
        default: self = .unknown("type \(profile.profileType.rawValue)")
        }
    }
}

/// JSON without the white space between its tokens, otherwise as it was: what Docker takes as an inline profile.
enum CompactJSON {
    static func text(_ bytes: [UInt8]) -> String {
        var kept: [UInt8] = []
        kept.reserveCapacity(bytes.count)
        var inString = false
        var escaped = false
        for byte in bytes {
            if inString {
                kept.append(byte)
                if escaped {
                    escaped = false
                } else if byte == UInt8(ascii: "\\") {
                    escaped = true
                } else if byte == UInt8(ascii: "\"") {
                    inString = false
                }
            } else if ![0x20, 0x09, 0x0A, 0x0D].contains(byte) {
                kept.append(byte)
                inString = byte == UInt8(ascii: "\"")
            }
        }
        return String(decoding: kept, as: UTF8.self)
    }
}
