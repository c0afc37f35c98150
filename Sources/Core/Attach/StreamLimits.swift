/// Sizes of everything that streams of containers buffer.
package enum StreamLimits {
    /// Bytes of one read: a monitor's packet is one byte of stream number and up to 8 KiB of output.
    package static let readBytes = 16 << 10
    /// Reads after one demand.
    package static let readsPerDemand: UInt = 8
    /// Bytes of one write to a monitor, which reads a packet of input into a buffer of that size.
    package static let writeBytes = 8 << 10
}
