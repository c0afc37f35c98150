import CDI
import CRI
import Core
import Faults
import OCI

/// A container's mounts as the core's: the client's own, then those of its devices.
struct PodMounts {
    let config: ContainerConfig
    /// The images of image volumes, by their place among the mounts.
    let images: [Int: Digest]

    /// What a client may say of a mount beside its own fields.
    static let options: Set<String> = [
        "exec", "noexec", "suid", "nosuid", "dev", "nodev", "atime", "noatime", "diratime", "nodiratime", "relatime",
        "norelatime", "strictatime", "nostrictatime", "nosymfollow",
    ]

    func specs() throws(OxbowError) -> [MountSpec] {
        var specs: [MountSpec] = []
        for (index, mount) in config.mounts.enumerated() {
            if let unknown = mount.mountOptions.first(where: { !Self.options.contains($0) }) {
                throw OxbowError(.badRequest, "config.mounts.mount_options: unknown (\(unknown))")
            }
            specs.append(mount.image == nil ? try bind(mount) : try volume(mount, images[index]))
        }
        return specs
    }

    private func bind(_ mount: Mount) throws(OxbowError) -> MountSpec {
        let propagation = MountSpec.Propagation(mount.propagation)
        if mount.recursiveReadOnly {
            guard mount.readonly else {
                throw OxbowError(
                    .badRequest, "config.mounts: recursive_read_only needs readonly (\(mount.containerPath))")
            }
            guard propagation == .rprivate else {
                throw OxbowError(
                    .badRequest,
                    "config.mounts: recursive_read_only needs private propagation (\(mount.containerPath))")
            }
        }
        return MountSpec(
            kind: .bind, source: mount.hostPath, destination: mount.containerPath, readOnly: mount.readonly,
            recursiveReadOnly: mount.recursiveReadOnly, propagation: propagation, createSource: true,
            options: mount.mountOptions)
    }

    /// Kubernetes mounts images read only and without the right to execute what is in them.
    private func volume(_ mount: Mount, _ image: Digest?) throws(OxbowError) -> MountSpec {
        guard mount.hostPath.isEmpty else {
            throw OxbowError(
                .badRequest, "config.mounts: an image volume has no host_path (\(mount.containerPath))")
        }
        let executable = mount.mountOptions.contains("exec")
        return MountSpec(
            kind: .image, destination: mount.containerPath, readOnly: true,
            options: (executable ? [] : ["noexec"]) + mount.mountOptions.filter { $0 != "exec" && $0 != "noexec" },
            image: image, subPath: mount.imageSubPath)
    }
}

extension MountSpec.Propagation {
    init(_ propagation: MountPropagation) {
        self =
            switch propagation {
            case .propagationHostToContainer: .rslave
            case .propagationBidirectional: .rshared
            default: .rprivate
            }
    }
}
