import CRI
import Linux

/// The signal that asks a container to end: the configuration's, else the image's, else SIGTERM.
struct StopSignalChoice: Equatable {
    /// Linux's number.
    var number: Int32
    /// The wire's name of it, for a status.
    var signal: Signal

    /// - Parameter image: as the image says it: `SIGQUIT`, `QUIT`, `3`; "" or what is no signal: not at all.
    init(_ asked: Signal, image: String) {
        number = asked.linuxNumber ?? Signals.number(named: image) ?? Self.terminate
        signal = asked.linuxNumber == nil ? Signal(linuxNumber: number) : asked
    }

    private static let terminate: Int32 = 15
}

extension Signal {
    /// The wire counts names, not Linux's numbers. nil: the runtime's default, or a name this host does not know.
    fileprivate var linuxNumber: Int32? { name.flatMap(Self.linuxNumber) }

    private static func linuxNumber(_ name: String) -> Int32? {
        guard name.hasPrefix("SIGNAL_SIG") else { return nil }
        let linuxName = name.dropFirst("SIGNAL_".count).replacing("PLUS", with: "+").replacing("MINUS", with: "-")
        return Signals.number(named: String(linuxName))
    }

    /// Of several names for one number (`SIGABRT`, `SIGIOT`) the first.
    fileprivate init(linuxNumber number: Int32) {
        let found = Self.names.filter { Self.linuxNumber($0.value) == number }.keys.min()
        self.init(rawValue: found ?? Self.signalRuntimeDefault.rawValue)
    }
}
