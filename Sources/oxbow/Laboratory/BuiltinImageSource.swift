import Core
import OCI
import Trace

/// Gives the laboratory Oxbow's own pair of images, under whatever name a trace knows them by.
struct BuiltinImageSource: ImageSource {
    func push(_ reference: String, toRegistryAt address: String) async throws {
        let wanted = try Reference(parsing: reference).tagged
        let name = "\(address)/\(wanted.repository):\(wanted.tag ?? "latest")"
        try await BuiltinImages.push(as: try Reference(parsing: name))
    }
}
