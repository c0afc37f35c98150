import CLinux

package enum Heap {
    /// Gives pages of freed memory back to the kernel: for after a burst that a daemon has only once, such as making
    /// its first images at start. glibc keeps them otherwise.
    package static func giveBack() { clinux_trim_heap() }
}
