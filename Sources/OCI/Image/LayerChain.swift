import NIOCore

/// Names of a stack of layers: each chain id stands for a layer on top of those beneath it.
package enum LayerChain {
    /// Lowest first: Docker's names of layers. Source: opencontainers/image-spec 1.0, config.md, "Layer ChainID".
    package static func ids(of diffIDs: [Digest]) -> [Digest] {
        var chain: [Digest] = []
        for diffID in diffIDs {
            guard let below = chain.last else {
                chain.append(diffID)
                continue
            }
            chain.append(Digest.of(ByteBuffer(string: "\(below) \(diffID)")))
        }
        return chain
    }
}
