/// Block IO weight of one device.
package struct WeightDevice: GoObject {
    package var path = ""
    package var weight: UInt32 = 0
    package init() {}
    package static let members: GoMembers<Self> = [.always("Path", \.path), .always("Weight", \.weight)]
}
