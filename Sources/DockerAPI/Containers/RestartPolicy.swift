/// What is done when a container ends: "" and `no`, `always`, `unless-stopped`, `on-failure`.
package struct RestartPolicy: GoObject {
    package var name = ""
    /// For `on-failure`; 0: as often as it takes.
    package var maximumRetryCount = 0
    package init() {}
    package init(name: String, maximumRetryCount: Int = 0) {
        self.name = name
        self.maximumRetryCount = maximumRetryCount
    }

    package static let members: GoMembers<Self> = [
        .always("Name", \.name), .always("MaximumRetryCount", \.maximumRetryCount),
    ]
}
