import CLinux
import Glibc

/// Connections to the loopback addresses of another network namespace.
///
/// The socket is made inside and used outside: a socket stays in the namespace where it was made.
package enum LoopbackDial {
    /// How long a program that listens may leave a connection unanswered.
    package static let patience = Duration.seconds(10)
    private static let longestPause = Duration.milliseconds(50)

    /// Tries 127.0.0.1, then ::1.
    /// - Parameter namespace: `/proc/PID/ns/net`, or a file that is bound to one.
    /// - Returns: a connected socket, which does not block; the caller's to close.
    /// - Throws: what 127.0.0.1 answered when neither did (ECONNREFUSED), ETIMEDOUT, or why the namespace cannot be entered.
    package static func connect(to port: UInt16, in namespace: String) async throws -> Int32 {
        do {
            return try await connect(AF_INET, port, namespace)
        } catch let failure as SystemFailure {
            if failure.call == "connect", let six = try? await connect(AF_INET6, port, namespace) { return six }
            throw failure
        }
    }

    private static func connect(_ family: Int32, _ port: UInt16, _ namespace: String) async throws -> Int32 {
        let (descriptor, begun) = try await blocking {
            var descriptor: Int32 = -1
            let failure = clinux_netns_connect(namespace, family, port, &descriptor)
            // Before there was a socket it was the namespace that failed.
            guard failure != 0, failure != EINPROGRESS else { return (descriptor, failure) }
            let isOfNamespace = [ENOENT, ESRCH, EPERM, EACCES, EINVAL].contains(failure)
            throw SystemFailure(
                isOfNamespace ? "setns" : "connect", isOfNamespace ? namespace : "port \(port)", errno: failure)
        }
        var result = begun
        var pause = Duration.milliseconds(1)
        let deadline = ContinuousClock.now + patience
        while result == EINPROGRESS {
            result = clinux_connect_result(descriptor)
            guard result == EINPROGRESS else { break }
            do {
                guard ContinuousClock.now < deadline else {
                    throw SystemFailure("connect", "port \(port)", errno: ETIMEDOUT)
                }
                try await Task.sleep(for: pause)
            } catch {
                close(descriptor)
                throw error
            }
            pause = min(pause * 2, longestPause)
        }
        guard result == 0 else {
            close(descriptor)
            throw SystemFailure("connect", "port \(port)", errno: result)
        }
        return descriptor
    }
}
