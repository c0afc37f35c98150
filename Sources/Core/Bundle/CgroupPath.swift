package import Faults

/// Where a container's cgroup goes.
package enum CgroupPath {
    /// - Parameter parent: `/kubepods/burstable/pod1`, a systemd slice (`kubepods-burstable-pod1.slice`), or "" for
    ///   `standard`.
    /// - Returns: an absolute path beneath the cgroup root. A slice becomes the folders that systemd gives it
    ///   (`/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1.slice`).
    /// - Throws: `.badRequest` for a parent with `..` in it or a malformed slice.
    package static func of(_ id: String, parent: String, standard: String) throws(OxbowError) -> String {
        let parent = parent.isEmpty ? standard : parent
        let folder: String
        if parent.hasSuffix(".slice"), !parent.contains("/") {
            folder = try folders(ofSlice: parent)
        } else {
            let parts = parent.split(separator: "/").filter { $0 != "." }
            guard !parts.contains("..") else {
                throw OxbowError(.badRequest, "cgroup parent: leads outside the tree (\(parent))")
            }
            folder = parts.map { "/" + $0 }.joined()
        }
        return folder + "/" + id
    }

    /// Source: systemd.slice(5): the name's dashes are the tree's levels.
    private static func folders(ofSlice slice: String) throws(OxbowError) -> String {
        let name = slice.dropLast(".slice".count)
        if name == "-" { return "" }
        let levels = name.split(separator: "-", omittingEmptySubsequences: false)
        guard !levels.contains(where: \.isEmpty), !levels.contains("..") else {
            throw OxbowError(.badRequest, "cgroup parent: invalid slice name (\(slice))")
        }
        return levels.indices.map { "/" + levels[...$0].joined(separator: "-") + ".slice" }.joined()
    }
}
