/// How a container's health is probed; durations in nanoseconds.
package struct HealthConfig: GoObject {
    /// `["NONE"]` turns the image's probe off; `["CMD", …]`, `["CMD-SHELL", "…"]`; empty: the image's.
    package var test: [String]?
    package var interval: Int64 = 0
    package var timeout: Int64 = 0
    package var startPeriod: Int64 = 0
    package var retries = 0
    package init() {}
    package init(test: [String]) { self.test = test }

    package static let members: GoMembers<Self> = [
        .omitEmpty("Test", \.test),
        .omitEmpty("Interval", \.interval),
        .omitEmpty("Timeout", \.timeout),
        .omitEmpty("StartPeriod", \.startPeriod),
        .omitEmpty("Retries", \.retries),
    ]
}
