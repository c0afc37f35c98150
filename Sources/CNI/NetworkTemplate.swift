package import Faults
import Linux

/// A network configuration that waits for the node's pod CIDR, which a kubelet tells once the cluster has given it one.
///
/// The text is a CNI configuration with `{{.PodCIDR}}` where the CIDR belongs, as in containerd's `conf_template`; no
/// other directive is known.
package struct NetworkTemplate: Sendable {
    /// The file's name among the configurations: late in their order, so that any other comes before it.
    package static let fileName = "90-oxbow-pod-cidr.conflist"
    /// Bytes of a template.
    static let sizeLimit = 1 << 20

    private let path: String
    private let folder: String

    /// - Parameters:
    ///   - path: the template.
    ///   - folder: the configurations' folder.
    package init(path: String, folder: String) {
        self.path = path
        self.folder = folder
    }

    /// Writes the configuration, unless the folder has one of somebody else's.
    /// - Parameter cidr: as kubelets send it; of several with commas between them, the first.
    /// - Returns: whether a configuration was written.
    /// - Throws: `.badRequest` for what is no CIDR, `.unsupported` for a template with another directive.
    package func write(podCIDR cidr: String) async throws(OxbowError) -> Bool {
        let (path, folder) = (path, folder)
        do {
            return try await blocking {
                let template = String(decoding: try Files.read(path, limit: Self.sizeLimit), as: UTF8.self)
                let text = Array(try Self.render(template, podCIDR: cidr).utf8)
                try Files.makeFolders(folder)
                let others = try Files.entries(of: folder).filter { name in
                    name != Self.fileName && [".conf", ".conflist", ".json"].contains(where: name.hasSuffix)
                }
                guard others.isEmpty else { return false }
                let target = folder + "/" + Self.fileName
                if Files.exists(target), try Files.read(target, limit: Self.sizeLimit * 2) == text { return false }
                try Files.writeDurably(target, text, mode: 0o644)
                return true
            }
        } catch let error as OxbowError {
            throw error
        } catch {
            throw OxbowError(.ours, "network template: cannot be used (\(path))", origin: error)
        }
    }

    static func render(_ template: String, podCIDR: String) throws(OxbowError) -> String {
        let first = podCIDR.split(separator: ",").first.map(String.init) ?? ""
        let parts = first.split(separator: "/", omittingEmptySubsequences: false)
        // Digits, dots and colons: nothing that could end the string it is written into.
        guard parts.count == 2, Int(parts[1]).map({ (0...128).contains($0) }) == true, !parts[0].isEmpty,
            parts[0].allSatisfy({ $0.isHexDigit || $0 == "." || $0 == ":" })
        else { throw OxbowError(.badRequest, "pod CIDR: not an address and a length (\(podCIDR))") }
        let text = template.replacing("{{.PodCIDR}}", with: first)
        guard let other = text.firstRange(of: "{{") else { return text }
        throw OxbowError(
            .unsupported, "network template: only {{.PodCIDR}} is known (\(text[other.lowerBound...].prefix(40)))")
    }
}
