/// Block IO limit of one device: bytes or operations a second.
package struct ThrottleDevice: GoObject {
    package var path = ""
    package var rate: UInt64 = 0
    package init() {}
    package static let members: GoMembers<Self> = [.always("Path", \.path), .always("Rate", \.rate)]
}
