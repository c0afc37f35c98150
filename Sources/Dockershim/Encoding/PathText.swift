/// Paths as text: nothing is looked up.
enum PathText {
    /// Joins the parts that are not empty and tidies the result, as Go's `filepath.Join` does; "" when all are empty.
    static func join(_ parts: String...) -> String {
        let present = parts.filter { !$0.isEmpty }
        return present.isEmpty ? "" : tidied(present.joined(separator: "/"))
    }

    /// Takes out empty and `.` elements, and `..` with the element before it.
    private static func tidied(_ path: String) -> String {
        let isRooted = path.hasPrefix("/")
        var elements: [Substring] = []
        for element in path.split(separator: "/") where element != "." {
            if element == "..", let last = elements.last, last != ".." {
                elements.removeLast()
            } else if element != ".." || !isRooted {
                elements.append(element)
            }
        }
        let text = elements.joined(separator: "/")
        if isRooted { return "/" + text }
        return text.isEmpty ? "." : text
    }

    /// `/a/b` → `/a`; `/a` → `/`.
    static func folder(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    static func lastElement(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}
