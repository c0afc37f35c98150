import Linux

/// Plugins of a daemon that died: they go on without it, and what they make after the pod's DEL would stay.
enum StrayPlugins {
    /// How long the kernel may take to end what was killed.
    static let deadline = Duration.seconds(5)
    private static let pause = Duration.milliseconds(5)
    /// Bytes of one process's environment.
    private static let environmentLimit = 1 << 20

    /// Kills every program that works for the pod, until there is none. Not to be called while one of ours does.
    /// - Throws: `.ours` when one is left at the deadline.
    static func end(pod id: String) async throws {
        let end = ContinuousClock.now + deadline
        while true {
            let killed = try await blocking {
                let pids = working(for: id)
                for pid in pids { try Signals.send(kill, to: pid) }
                return pids
            }
            if killed.isEmpty { return }
            guard ContinuousClock.now < end else { throw Left(pids: killed) }
            // Also after the caller was cancelled: then without a pause between two looks.
            try? await Task.sleep(for: pause)
        }
    }

    struct Left: Error { let pids: [Int32] }
    private static let kill: Int32 = 9

    /// By the variable that each plugin is started with, and hands on to what it starts.
    static func working(for id: String) -> [Int32] {
        let mark = Array("CNI_CONTAINERID=\(id)".utf8)
        return ((try? Files.entries(of: "/proc")) ?? []).compactMap { Int32($0) }.filter { pid in
            // A process that ends meanwhile has no environment any more.
            guard let environment = try? Files.read("/proc/\(pid)/environ", limit: environmentLimit) else {
                return false
            }
            return environment.split(separator: 0).contains { $0.elementsEqual(mark) }
        }
    }
}
