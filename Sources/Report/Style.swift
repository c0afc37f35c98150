/// How text is set off on a terminal.
package struct Style: Sendable, Equatable {
    package let colours: Bool

    package init(colours: Bool) { self.colours = colours }

    /// Colours on a terminal, unless `NO_COLOR` is set to anything but the empty string.
    /// - Source: no-color.org
    package init(terminal: Bool, environment: [String: String]) {
        colours = terminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }

    package static let plain = Style(colours: false)

    func bold(_ text: String) -> String { wrap(text, "1") }
    func faint(_ text: String) -> String { wrap(text, "2") }
    func warning(_ text: String) -> String { wrap(text, "33") }
    func good(_ text: String) -> String { wrap(text, "32") }
    func bad(_ text: String) -> String { wrap(text, "31") }

    private func wrap(_ text: String, _ code: String) -> String {
        colours ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
