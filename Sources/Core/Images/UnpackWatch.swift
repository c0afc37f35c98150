import Faults
import Synchronization

/// Limits of one layer. A small archive can claim to be a very large one.
enum UnpackLimits {
    /// Bytes of the plain tar.
    static let layerBytes: UInt64 = 64 << 30
    /// Apparent bytes of all files, holes included.
    static let fileBytes: UInt64 = 256 << 30
    static let entries = 4_000_000
}

/// Follows one unpacking from outside its thread: says how far it is, and can end it.
final class UnpackWatch: Sendable {
    /// Bytes between two reports.
    private static let step: UInt64 = 1 << 20

    private let stopped = Atomic(false)
    private let count = Atomic<UInt64>(0)
    private let report: @Sendable (UInt64) -> Void

    /// - Parameter report: gets the number of packed bytes read so far, on the unpacking thread.
    init(_ report: @escaping @Sendable (UInt64) -> Void = { _ in }) { self.report = report }

    func stop() { stopped.store(true, ordering: .relaxed) }

    func passed(_ bytes: Int) throws(OxbowError) {
        guard !stopped.load(ordering: .relaxed) else { throw OxbowError(.cancelled, "image: import withdrawn") }
        let (before, now) = count.add(UInt64(bytes), ordering: .relaxed)
        if before / Self.step != now / Self.step || bytes == 0 { report(now) }
    }
}
