import Core
import Trace

/// Gives the laboratory Oxbow's own pair of images, under whatever name a trace knows them by.
struct BuiltinImageSource: ImageSource {
    func push(_ reference: String, toRegistryAt address: String) async throws {
        try await BuiltinImages.push(reference, toRegistryAt: address)
    }
}
