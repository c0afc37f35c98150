import CRI
import Linux

/// Names of the CRI's signals. Its numbers count names and are not those of Linux; SIGTERM is 23.
enum StopSignals {
    private static let names =
        """
        SIGABRT SIGALRM SIGBUS SIGCHLD SIGCLD SIGCONT SIGFPE SIGHUP SIGILL SIGINT SIGIO SIGIOT SIGKILL SIGPIPE SIGPOLL \
        SIGPROF SIGPWR SIGQUIT SIGSEGV SIGSTKFLT SIGSTOP SIGSYS SIGTERM SIGTRAP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGUSR1 \
        SIGUSR2 SIGVTALRM SIGWINCH SIGXCPU SIGXFSZ SIGRTMIN
        """.split(separator: " ").map(String.init)
        + (1...15).map { "SIGRTMIN+\($0)" } + (1...14).reversed().map { "SIGRTMAX-\($0)" } + ["SIGRTMAX"]

    /// Docker's `StopSignal`; "" leaves the image's.
    static func name(_ signal: Signal) -> String {
        let index = Int(signal.rawValue) - 1
        return names.indices.contains(index) ? names[index] : ""
    }

    /// The signal in effect.
    /// - Parameter name: Docker's `StopSignal`: `SIGQUIT`, `QUIT` or `3`; "" stands for SIGTERM.
    static func signal(named name: String) -> Signal {
        guard !name.isEmpty else { return .signalSigterm }
        let number = Signals.number(named: name)
        return names.firstIndex { $0 == name || (number != nil && Signals.number(named: $0) == number) }
            .map { Signal(rawValue: Int32($0) + 1) } ?? .signalRuntimeDefault
    }
}
