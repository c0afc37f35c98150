/// A request to a device driver (GPUs, CDI).
package struct DeviceRequest: GoObject {
    package var driver = ""
    package var count = 0
    package var deviceIDs: [String]?
    package var capabilities: [[String]]?
    package var options: [String: String]?
    package init() {}
    package static let members: GoMembers<Self> = [
        .always("Driver", \.driver),
        .always("Count", \.count),
        .always("DeviceIDs", \.deviceIDs),
        .always("Capabilities", \.capabilities),
        .always("Options", \.options),
    ]
}
