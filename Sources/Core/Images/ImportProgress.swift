package import OCI

package struct ImportProgress: Sendable {
    package var layer: Digest
    package var current: UInt64
    package var total: UInt64
    package init(
        layer: Digest,
        current: UInt64 = 0,
        total: UInt64 = 0
    ) {
        self.layer = layer
        self.current = current
        self.total = total
    }
}
