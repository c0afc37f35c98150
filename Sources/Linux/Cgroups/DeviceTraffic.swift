/// What a cgroup has read from and written to one block device.
package struct DeviceTraffic: Sendable, Equatable, Codable {
    package var major: UInt64
    package var minor: UInt64
    package var readBytes: UInt64 = 0
    package var writtenBytes: UInt64 = 0
    package var reads: UInt64 = 0
    package var writes: UInt64 = 0

    package init(major: UInt64, minor: UInt64) {
        self.major = major
        self.minor = minor
    }

    /// Lines of `8:0 Read 4096` in both files; a last line `Total 4096` belongs to no device.
    static func read(v1Bytes bytes: String, operations: String) -> [DeviceTraffic] {
        var devices: [Substring: DeviceTraffic] = [:]
        func take(_ text: String, _ store: (inout DeviceTraffic, Substring, UInt64) -> Void) {
            for line in text.split(separator: "\n") {
                let words = line.split(separator: " ")
                guard words.count == 3, let value = UInt64(words[2]), var device = devices[words[0]] ?? named(words[0])
                else { continue }
                store(&device, words[1], value)
                devices[words[0]] = device
            }
        }
        take(bytes) { device, word, value in
            if word == "Read" { device.readBytes = value } else if word == "Write" { device.writtenBytes = value }
        }
        take(operations) { device, word, value in
            if word == "Read" { device.reads = value } else if word == "Write" { device.writes = value }
        }
        return sorted(devices)
    }

    /// Lines of `8:0 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0`.
    static func read(v2 text: String) -> [DeviceTraffic] {
        var devices: [Substring: DeviceTraffic] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard let first = words.first, var device = named(first) else { continue }
            for word in words.dropFirst() {
                let pair = word.split(separator: "=")
                guard pair.count == 2, let value = UInt64(pair[1]) else { continue }
                switch pair[0] {
                case "rbytes": device.readBytes = value
                case "wbytes": device.writtenBytes = value
                case "rios": device.reads = value
                case "wios": device.writes = value
                default: break
                }
            }
            devices[first] = device
        }
        return sorted(devices)
    }

    private static func named(_ text: Substring) -> DeviceTraffic? {
        let numbers = text.split(separator: ":").compactMap { UInt64($0) }
        return numbers.count == 2 ? DeviceTraffic(major: numbers[0], minor: numbers[1]) : nil
    }

    private static func sorted(_ devices: [Substring: DeviceTraffic]) -> [DeviceTraffic] {
        devices.values.sorted { ($0.major, $0.minor) < ($1.major, $1.minor) }
    }
}
