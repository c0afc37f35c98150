/// The variables every container program may count on.
package enum ProcessEnvironment {
    package static let path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// Adds PATH, HOME, HOSTNAME and TERM where they are not given. When a name is given twice, the last one counts.
    package static func complete(_ given: [String], home: String, hostname: String, terminal: Bool) -> [String] {
        var positions: [Substring: Int] = [:]
        var variables: [String] = []
        for variable in given {
            let name = variable.prefix { $0 != "=" }
            if let position = positions[name] {
                variables[position] = variable
            } else {
                positions[name] = variables.count
                variables.append(variable)
            }
        }
        var added: [String] = []
        if positions["PATH"] == nil { added.append(path) }
        if positions["HOSTNAME"] == nil, !hostname.isEmpty { added.append("HOSTNAME=" + hostname) }
        if terminal, positions["TERM"] == nil { added.append("TERM=xterm") }
        if positions["HOME"] == nil { variables.append("HOME=" + home) }
        return added + variables
    }
}
