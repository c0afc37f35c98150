import CRI

/// CRI mounts as Docker bind strings: `host:container[:ro,Z,rslave]`.
///
/// A `:` in either path breaks the string; Docker then refuses the create. A host path that is missing is made by Docker
/// as a folder, which is why these are binds and not Docker's newer mount objects.
enum MountEncoding {
    static func bind(_ mount: Mount) -> String {
        var options: [String] = []
        if mount.readonly { options.append("ro") }
        if mount.selinuxRelabel { options.append("Z") }
        switch mount.propagation {
        case .propagationHostToContainer: options.append("rslave")
        case .propagationBidirectional: options.append("rshared")
        default: break  // private is Docker's own default, and what an unknown number falls back to
        }
        let paths = "\(mount.hostPath):\(mount.containerPath)"
        return options.isEmpty ? paths : "\(paths):\(options.joined(separator: ","))"
    }
}
