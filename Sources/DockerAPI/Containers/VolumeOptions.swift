/// Options of a volume mount.
package struct VolumeOptions: GoObject {
    package var noCopy = false
    package var labels: [String: String]?
    package init() {}
    package static let members: GoMembers<Self> = [.omitEmpty("NoCopy", \.noCopy), .omitEmpty("Labels", \.labels)]
}
