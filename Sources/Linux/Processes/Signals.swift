import Glibc

package enum Signals {
    private static let numbers: [String: Int32] = [
        "HUP": 1, "INT": 2, "QUIT": 3, "ILL": 4, "TRAP": 5, "ABRT": 6, "IOT": 6, "BUS": 7, "FPE": 8, "KILL": 9,
        "USR1": 10, "SEGV": 11, "USR2": 12, "PIPE": 13, "ALRM": 14, "TERM": 15, "STKFLT": 16, "CHLD": 17, "CLD": 17,
        "CONT": 18, "STOP": 19, "TSTP": 20, "TTIN": 21, "TTOU": 22, "URG": 23, "XCPU": 24, "XFSZ": 25, "VTALRM": 26,
        "PROF": 27, "WINCH": 28, "IO": 29, "POLL": 29, "PWR": 30, "SYS": 31, "RTMIN": 34, "RTMAX": 64,
    ]

    /// `TERM`, `SIGTERM`, `15`, `RTMIN+3`, `RTMAX-2` → number; nil for what is no signal.
    package static func number(named name: String) -> Int32? {
        let upper = name.uppercased()
        if let number = Int32(upper) { return (1...64).contains(number) ? number : nil }
        let bare = upper.hasPrefix("SIG") ? String(upper.dropFirst(3)) : upper
        if let number = numbers[bare] { return number }
        for (base, sign, symbol) in [("RTMIN", 1, "+"), ("RTMAX", -1, "-")] where bare.hasPrefix(base + symbol) {
            guard let offset = Int32(bare.dropFirst(base.count + 1)), (0...30).contains(offset) else { return nil }
            return numbers[base].map { $0 + Int32(sign) * offset }
        }
        return nil
    }

    /// Sends a signal; a process that is gone answers false.
    /// - Throws: EINVAL for a pid below 1: 0 and −1 stand for many processes, ours among them.
    @discardableResult
    package static func send(_ signal: Int32, to pid: Int32) throws(SystemFailure) -> Bool {
        guard pid > 0 else { throw SystemFailure("kill", "\(pid)", errno: EINVAL) }
        if kill(pid, signal) == 0 { return true }
        if errno == ESRCH { return false }
        throw SystemFailure("kill", "\(pid)")
    }
}
