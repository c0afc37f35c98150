import Glibc
import Synchronization

/// Numbers 1 to 250, each given to one fixture of this test run: the third byte of its subnet, and part of the names of
/// its bridge and cgroup. Two fixtures with one number would take each other's bridge away.
///
/// The first is chosen by the process, so that runs beside each other seldom meet.
package enum SubnetNumbers {
    private static let last = Mutex(UInt8(getpid() % 250))

    package static func next() -> UInt8 {
        last.withLock { number in
            number = number >= 250 ? 1 : number + 1
            return number
        }
    }
}
