/// Body of `POST /exec/{id}/start`.
package struct ExecStartRequest: GoObject {
    package var detach = false
    package var tty = false
    /// Height and width; from 1.42.
    package var consoleSize: [UInt32]?
    package init() {}
    package init(detach: Bool, tty: Bool) {
        self.detach = detach
        self.tty = tty
    }

    package static let members: GoMembers<Self> = [
        .always("Detach", \.detach), .always("Tty", \.tty), .omitEmpty("ConsoleSize", \.consoleSize),
    ]
}
