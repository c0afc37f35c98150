import Core
import Logging
import TestSupport

extension RegistryFixture {
    var storeRoot: String { folder.appending("store") }

    /// A store that has no image of a registry.
    func emptyStore() async throws -> ImageStore {
        let store = try await ImageStore.open(
            root: storeRoot, logger: Logger(label: "registry-test") { _ in SwiftLogNoOpLogHandler() })
        for image in try await store.all() { try await store.remove(image.id) }
        return store
    }
}
