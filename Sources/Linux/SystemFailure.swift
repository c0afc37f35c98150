import Glibc

/// `errno` of a failed system call, with the call and its object.
package struct SystemFailure: Error, Sendable, CustomStringConvertible {
    package let call: String
    package let subject: String
    package let errno: Int32

    package init(_ call: String, _ subject: String, errno: Int32 = Glibc.errno) {
        self.call = call
        self.subject = subject
        self.errno = errno
    }

    /// - Throws: unless a C shim answered 0.
    static func check(_ result: Int32, _ call: String, _ subject: String) throws(SystemFailure) {
        guard result == 0 else { throw SystemFailure(call, subject, errno: result) }
    }

    package var description: String { "\(call): \(reason) (\(subject))" }
    /// The kernel's word alone, without our paths: `No space left on device`.
    package var reason: String { Self.text(of: errno) }

    static func text(of errno: Int32) -> String { String(cString: strerror(errno)) }
}

extension SystemFailure {
    /// The disk, or the share of it that we may use, is full.
    package var isFullDisk: Bool { errno == ENOSPC || errno == EDQUOT }
    /// Nothing of that name is there.
    package var isNotFound: Bool { errno == ENOENT || errno == ENOTDIR }
    /// Somebody uses it.
    package var isBusy: Bool { errno == EBUSY }
    package var isTooLarge: Bool { errno == EFBIG }
}
