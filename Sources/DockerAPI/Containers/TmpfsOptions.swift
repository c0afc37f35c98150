/// Options of a mount in memory.
package struct TmpfsOptions: GoObject {
    package var sizeBytes: Int64 = 0
    /// Permission bits of the mount point.
    package var mode: UInt32 = 0
    package init() {}
    package static let members: GoMembers<Self> = [.omitEmpty("SizeBytes", \.sizeBytes), .omitEmpty("Mode", \.mode)]
}
