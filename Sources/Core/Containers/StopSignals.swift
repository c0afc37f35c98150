/// The signals that the core itself sends.
package enum StopSignals {
    package static let terminate: Int32 = 15
    package static let kill: Int32 = 9
}
