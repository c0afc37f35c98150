/// `KEY=value` lines in order of first appearance; a later value of a key replaces the earlier one in place.
struct EnvironmentList {
    private(set) var lines: [String]

    init(_ lines: [String]) { self.lines = lines }

    mutating func set(_ key: String, _ value: String) {
        if let known = index(of: key) { lines[known] = "\(key)=\(value)" } else { lines.append("\(key)=\(value)") }
    }

    mutating func setUnlessPresent(_ key: String, _ value: String) {
        if index(of: key) == nil { lines.append("\(key)=\(value)") }
    }

    private func index(of key: String) -> Int? {
        lines.firstIndex { $0.hasPrefix(key + "=") }
    }
}
