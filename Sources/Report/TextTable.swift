/// A table of text: the first column to the left, the others to the right.
struct TextTable {
    enum Row: Equatable {
        case cells([String])
        /// A line across that names what follows.
        case section(String)
    }

    private let header: [String]
    private var rows: [Row] = []

    init(header: [String]) { self.header = header }

    mutating func add(_ cells: [String]) { rows.append(.cells(cells)) }
    mutating func section(_ title: String) { rows.append(.section(title)) }

    /// - Returns: lines, each ended by a newline, without blanks at their ends.
    func text(_ style: Style = .plain) -> String {
        var widths = header.map(\.count)
        for case .cells(let cells) in rows {
            for (column, cell) in cells.enumerated() where column < widths.count {
                widths[column] = max(widths[column], cell.count)
            }
        }
        func line(_ cells: [String]) -> String {
            var text = ""
            for (column, cell) in cells.enumerated() where column < widths.count {
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                text += column == 0 ? cell + padding : "  " + padding + cell
            }
            while text.last == " " { text.removeLast() }
            return text
        }
        var result = style.bold(line(header)) + "\n"
        for row in rows {
            switch row {
            case .cells(let cells): result += line(cells) + "\n"
            case .section(let title): result += "\n" + style.bold(title) + "\n"
            }
        }
        return result
    }
}
