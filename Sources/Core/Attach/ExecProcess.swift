package struct ExecProcess: Sendable {
    package var pid: Int32
    package var streams: ProcessStreams
    /// The exit code, once.
    package var exit: @Sendable () async -> Int32
    /// SIGKILL to the process inside the container and to all that it started and did not let go into a session of its own.
    package var kill: @Sendable () async -> Void
    package var resize: @Sendable (_ width: UInt16, _ height: UInt16) async throws -> Void
    package init(
        pid: Int32 = 0,
        streams: ProcessStreams,
        exit: @escaping @Sendable () async -> Int32,
        kill: @escaping @Sendable () async -> Void,
        resize: @escaping @Sendable (_ width: UInt16, _ height: UInt16) async throws -> Void
    ) {
        self.pid = pid
        self.streams = streams
        self.exit = exit
        self.kill = kill
        self.resize = resize
    }
}
