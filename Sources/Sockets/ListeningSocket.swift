package import Linux

/// A socket that listens already, of either kind.
package struct ListeningSocket: Sendable {
    let descriptor: Int32
    /// For messages.
    let name: String
    private let unix: UnixListener?

    package init(_ listener: UnixListener) {
        descriptor = listener.descriptor
        name = listener.path
        unix = listener
    }

    package init(_ listener: TCPListener) {
        descriptor = listener.descriptor
        name = listener.authority
        unix = nil
    }

    func restoreQueue() { unix?.restoreQueue() }
    func removeFile() async { await unix?.removeFile() }
}
