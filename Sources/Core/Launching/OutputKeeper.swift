/// Keeps what containers say in a form of its own, made from the monitor's file: the engine's json-file.
package protocol OutputKeeper: Sendable {
    /// The container's monitor has ended, so nothing more comes into `record.logPath`. The end is recorded, and seen by
    /// anybody, only when this returns: whoever sees it finds the output whole. It bounds its own time.
    func finish(_ record: ContainerRecord) async
}
