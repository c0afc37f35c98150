/// Block device counters; nil lists: the cgroup version does not tell.
package struct BlkioStats: GoObject {
    package struct Entry: GoObject {
        package var major: UInt64 = 0
        package var minor: UInt64 = 0
        /// `Read`, `Write`, `Sync` …
        package var operation = ""
        package var value: UInt64 = 0
        package init() {}
        package static let members: GoMembers<Self> = [
            .always("major", \.major),
            .always("minor", \.minor),
            .always("op", \.operation),
            .always("value", \.value),
        ]
    }

    package var serviceBytes: [Entry]?
    package var serviced: [Entry]?
    package var queued: [Entry]?
    package var serviceTime: [Entry]?
    package var waitTime: [Entry]?
    package var merged: [Entry]?
    package var time: [Entry]?
    package var sectors: [Entry]?
    package init() {}

    package static let members: GoMembers<Self> = [
        .always("io_service_bytes_recursive", \.serviceBytes),
        .always("io_serviced_recursive", \.serviced),
        .always("io_queue_recursive", \.queued),
        .always("io_service_time_recursive", \.serviceTime),
        .always("io_wait_time_recursive", \.waitTime),
        .always("io_merged_recursive", \.merged),
        .always("io_time_recursive", \.time),
        .always("sectors_recursive", \.sectors),
    ]
}
