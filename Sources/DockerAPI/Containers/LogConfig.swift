/// Which log driver keeps a container's output; "" is the daemon's default.
package struct LogConfig: GoObject {
    package var type = ""
    package var config: [String: String]?
    package init() {}
    package init(type: String, config: [String: String]? = [:]) {
        self.type = type
        self.config = config
    }

    package static let members: GoMembers<Self> = [.always("Type", \.type), .always("Config", \.config)]
}
