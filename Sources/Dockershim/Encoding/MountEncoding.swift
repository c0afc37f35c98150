import CRI
import DockerAPI

/// CRI mounts as Docker's: bind strings where they can say it, mount objects where they cannot.
///
/// A host path that is missing is made by Docker as a folder for a bind string only, and only a bind string has SELinux's
/// relabelling; so a string is the rule.
enum MountEncoding {
    /// `host:container[:ro,Z,rslave]`. A `:` in either path breaks the string.
    static func bind(_ mount: Mount) -> String {
        var options: [String] = []
        if mount.readonly { options.append("ro") }
        if mount.selinuxRelabel { options.append("Z") }
        if let propagation = propagation(mount.propagation) { options.append(propagation) }
        let paths = "\(mount.hostPath):\(mount.containerPath)"
        return options.isEmpty ? paths : "\(paths):\(options.joined(separator: ","))"
    }

    /// nil: private, which is Docker's own default, and what an unknown number falls back to.
    private static func propagation(_ propagation: MountPropagation) -> String? {
        switch propagation {
        case .propagationHostToContainer: "rslave"
        case .propagationBidirectional: "rshared"
        default: nil
        }
    }

    /// Whether a bind string cannot say it.
    static func needsObject(_ mount: Mount) -> Bool {
        mount.image != nil || mount.recursiveReadOnly || mount.hostPath.contains(":")
            || mount.containerPath.contains(":")
    }

    static func object(_ mount: Mount) -> MountRequest {
        var request = MountRequest()
        request.target = mount.containerPath
        request.readOnly = mount.readonly || mount.image != nil
        if let image = mount.image {
            request.type = "image"
            request.source = image.image
            if !mount.imageSubPath.isEmpty {
                var options = ImageOptions()
                options.subpath = mount.imageSubPath
                request.imageOptions = options
            }
            return request
        }
        request.type = "bind"
        request.source = mount.hostPath
        var options = BindOptions()
        options.propagation = propagation(mount.propagation) ?? ""
        options.readOnlyForceRecursive = mount.recursiveReadOnly
        request.bindOptions = options
        return request
    }

    /// - Throws: `.badRequest` for a contradiction, `.unsupported` for what Docker has no field for.
    static func check(_ mounts: [Mount]) throws(BridgeFailure) {
        for mount in mounts {
            if let option = mount.mountOptions.first {
                throw BridgeFailure(
                    .unsupported, "config.mounts.mount_options: Docker's binds have no such options (\(option))")
            }
            if mount.image != nil, !mount.hostPath.isEmpty {
                throw BridgeFailure(
                    .badRequest, "config.mounts: an image volume has no host_path (\(mount.containerPath))")
            }
            guard mount.recursiveReadOnly else { continue }
            guard mount.readonly else {
                throw BridgeFailure(
                    .badRequest, "config.mounts: recursive_read_only needs readonly (\(mount.containerPath))")
            }
            guard propagation(mount.propagation) == nil else {
                throw BridgeFailure(
                    .badRequest,
                    "config.mounts: recursive_read_only needs private propagation (\(mount.containerPath))")
            }
        }
    }

    /// The CRI's mounts out of what Docker shows of a container; what Docker mounted of its own accord is left out.
    static func read(_ inspect: ContainerInspect) -> [Mount] {
        let objects = inspect.hostConfig.mounts ?? []
        return (inspect.mounts ?? []).compactMap { point in
            let asked = objects.first { $0.target == point.destination }
            switch point.type {
            case "image":
                return Mount(
                    containerPath: point.destination, readonly: true,
                    image: ImageSpec(image: asked?.source ?? point.source),
                    imageSubPath: asked?.imageOptions?.subpath ?? "")
            case "bind", "":
                var mount = Mount(
                    containerPath: point.destination, hostPath: point.source, readonly: !point.rw,
                    selinuxRelabel: point.mode.split(separator: ",").contains("Z"),
                    recursiveReadOnly: asked?.bindOptions?.readOnlyForceRecursive ?? false)
                switch point.propagation {
                case "rslave", "slave": mount.propagation = .propagationHostToContainer
                case "rshared", "shared": mount.propagation = .propagationBidirectional
                default: break  // private, whichever way Docker spells it
                }
                return mount
            default: return nil
            }
        }
    }
}
