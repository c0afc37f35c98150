package import Faults
package import OCI
import Synchronization

/// Keeps an image from being removed while a container of it is being made, and the other way round.
package final class ImageUses: Sendable {
    private struct State {
        var claims: [Digest: Int] = [:]
        var leaving: Set<Digest> = []
    }
    private let state = Mutex(State())
    package init() {}

    /// From here to `release` the image stays. - Throws: `.missing` when it is being removed.
    package func claim(_ image: Digest) throws(OxbowError) {
        let claimed = state.withLock { state in
            if state.leaving.contains(image) { return false }
            state.claims[image, default: 0] += 1
            return true
        }
        guard claimed else { throw OxbowError(.missing, "image: not found (\(image))") }
    }

    package func release(_ image: Digest) {
        state.withLock { state in
            let rest = (state.claims[image] ?? 1) - 1
            state.claims[image] = rest > 0 ? rest : nil
        }
    }

    /// - Returns: false while containers are being made from it. Otherwise no more are until `endRemoval`.
    package func beginRemoval(_ image: Digest) -> Bool {
        state.withLock { state in
            guard state.claims[image] == nil, !state.leaving.contains(image) else { return false }
            state.leaving.insert(image)
            return true
        }
    }

    package func endRemoval(_ image: Digest) { state.withLock { _ = $0.leaving.remove(image) } }
}
