/// An enum of the CRI. Open: a peer newer than this schema may send numbers without a name here.
package protocol CRIEnum: RawRepresentable, Sendable, Hashable where RawValue == Int32 {
    init(rawValue: Int32)
    /// As in the schema, without the enum's name: `SIGNAL_SIGTERM`, `CONTAINER_RUNNING`.
    static var names: [Int32: String] { get }
}

extension CRIEnum {
    /// Nil for a number that this schema does not know.
    package var name: String? { Self.names[rawValue] }

    package init?(named name: String) {
        guard let number = Self.names.first(where: { $0.value == name })?.key else { return nil }
        self.init(rawValue: number)
    }
}
