import Core
import DockerAPI
import Faults

/// Turns Docker's four ways of asking for a mount into the core's, and into what inspection shows.
struct MountMapping {
    private(set) var specs: [MountSpec] = []
    private(set) var points: [MountPoint] = []
    private var destinations: Set<String> = []

    /// - Parameter exists: whether a path exists on this host; asked for typed bind mounts, which Docker refuses without
    ///   a source, while the short form makes a folder.
    init(_ config: HostConfig, exists: (String) -> Bool) throws(OxbowError) {
        for bind in config.binds ?? [] { try add(bind: bind) }
        for mount in config.mounts ?? [] { try add(mount: mount, exists: exists) }
        for (path, options) in (config.tmpfs ?? [:]).sorted(by: { $0.key < $1.key }) {
            try add(tmpfs: path, options: options.split(separator: ",").map(String.init), isShown: false)
        }
    }

    func covers(_ destination: String) -> Bool { destinations.contains(destination) }

    /// `src:dst[:options]`
    private mutating func add(bind: String) throws(OxbowError) {
        let parts = bind.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard (1...3).contains(parts.count), !parts.contains("") else {
            throw OxbowError(.badRequest, "invalid volume specification: '\(bind)'")
        }
        guard parts.count > 1, parts[0].hasPrefix("/") else {
            throw OxbowError(
                .unsupported, "volume (\(parts[0])): named and anonymous volumes are not supported by this engine")
        }
        var mount = MountSpec(
            kind: .bind, source: parts[0], destination: try claim(parts[1], in: bind), createSource: true)
        let mode = parts.count == 3 ? parts[2] : ""
        for option in mode.split(separator: ",") {
            switch option {
            case "rw": mount.readOnly = false
            case "ro": mount.readOnly = true
            // Labels of a host without SELinux, and hints for other systems: without effect here, in Docker too.
            case "z", "Z", "nocopy", "cached", "delegated", "consistent": break
            default:
                guard let propagation = Self.propagation(String(option)) else {
                    throw OxbowError(.badRequest, "invalid mode: \(mode)")
                }
                mount.propagation = propagation
            }
        }
        append(mount, mode: mode)
    }

    private mutating func add(mount: MountRequest, exists: (String) -> Bool) throws(OxbowError) {
        func invalid(_ why: String) -> OxbowError {
            OxbowError(.badRequest, "invalid mount config for type \"\(mount.type)\": \(why)")
        }
        guard !mount.target.isEmpty else { throw invalid("field Target must not be empty") }
        switch mount.type {
        case "bind":
            if mount.volumeOptions != nil { throw invalid("field VolumeOptions must not be specified") }
            if mount.tmpfsOptions != nil { throw invalid("field TmpfsOptions must not be specified") }
            guard !mount.source.isEmpty else { throw invalid("field Source must not be empty") }
            guard mount.source.hasPrefix("/") else {
                throw invalid("invalid mount path: '\(mount.source)' mount path must be absolute")
            }
            let options = mount.bindOptions ?? BindOptions()
            guard options.createMountpoint || exists(mount.source) else {
                throw invalid("bind source path does not exist: \(mount.source)")
            }
            guard let propagation = Self.propagation(options.propagation) else {
                throw invalid("invalid propagation (\(options.propagation))")
            }
            append(
                MountSpec(
                    kind: .bind, source: mount.source, destination: try claim(mount.target, in: mount.target),
                    readOnly: mount.readOnly,
                    recursiveReadOnly: mount.readOnly && options.readOnlyForceRecursive,
                    isRecursive: !options.nonRecursive, propagation: propagation,
                    createSource: options.createMountpoint), mode: "")
        case "tmpfs":
            if mount.volumeOptions != nil { throw invalid("field VolumeOptions must not be specified") }
            if mount.bindOptions != nil { throw invalid("field BindOptions must not be specified") }
            guard mount.source.isEmpty else { throw invalid("field Source must not be specified") }
            var options: [String] = mount.readOnly ? ["ro"] : []
            if let asked = mount.tmpfsOptions {
                if asked.sizeBytes > 0 { options.append("size=\(asked.sizeBytes)") }
                if asked.mode > 0 { options.append("mode=" + String(asked.mode, radix: 8)) }
            }
            try add(tmpfs: mount.target, options: options, isShown: true)
        case "image":
            if mount.bindOptions != nil { throw invalid("field BindOptions must not be specified") }
            if mount.volumeOptions != nil { throw invalid("field VolumeOptions must not be specified") }
            if mount.tmpfsOptions != nil { throw invalid("field TmpfsOptions must not be specified") }
            guard !mount.source.isEmpty else { throw invalid("field Source must not be empty") }
            // The plan puts the image's id beside its name.
            append(
                MountSpec(
                    kind: .image, source: mount.source, destination: try claim(mount.target, in: mount.target),
                    readOnly: true, subPath: mount.imageOptions?.subpath ?? ""), mode: "")
        case "volume", "cluster", "npipe":
            throw OxbowError(
                .unsupported, "mount of type \(mount.type): not supported by this engine (\(mount.target))")
        default: throw OxbowError(.badRequest, "mount type unknown: \"\(mount.type)\"")
        }
    }

    /// Docker's three restrictions hold unless the client says the opposite.
    private mutating func add(tmpfs path: String, options: [String], isShown: Bool) throws(OxbowError) {
        let restrictions = ["noexec", "nosuid", "nodev"].filter { !options.contains(String($0.dropFirst(2))) }
        let mount = MountSpec(
            kind: .tmpfs, source: "tmpfs", destination: try claim(path, in: path), readOnly: options.contains("ro"),
            options: restrictions + options.filter { !["ro", "rw"].contains($0) && !restrictions.contains($0) })
        if isShown { append(mount, mode: "") } else { specs.append(mount) }
    }

    /// A path in the container that nobody else has.
    private mutating func claim(_ path: String, in request: String) throws(OxbowError) -> String {
        guard path.hasPrefix("/") else {
            throw OxbowError(
                .badRequest,
                "invalid volume specification: '\(request)': invalid mount config: "
                    + "invalid mount path: '\(path)' mount path must be absolute")
        }
        let parts = path.split(separator: "/").filter { $0 != "." }
        guard !parts.isEmpty else {
            throw OxbowError(
                .badRequest,
                "invalid volume specification: '\(request)': "
                    + "invalid specification: destination can't be '/'")
        }
        let clean = "/" + parts.joined(separator: "/")
        guard destinations.insert(clean).inserted else {
            throw OxbowError(.badRequest, "Duplicate mount point: \(clean)")
        }
        return clean
    }

    private mutating func append(_ mount: MountSpec, mode: String) {
        specs.append(mount)
        var point = MountPoint()
        point.type = mount.kind.rawValue
        point.source = mount.kind == .tmpfs ? "" : mount.source
        point.destination = mount.destination
        point.mode = mode
        point.rw = !mount.readOnly
        point.propagation = mount.kind == .bind ? mount.propagation.rawValue : ""
        points.append(point)
    }

    /// The core's mounts are recursive; so are Docker's in all but name.
    private static func propagation(_ text: String) -> MountSpec.Propagation? {
        switch text {
        case "", "private", "rprivate": .rprivate
        case "slave", "rslave": .rslave
        case "shared", "rshared": .rshared
        default: nil
        }
    }
}
