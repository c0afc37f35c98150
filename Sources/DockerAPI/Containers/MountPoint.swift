/// A mount as it was made, in a container's inspection and list entry.
package struct MountPoint: GoObject {
    package var type = ""
    package var name = ""
    package var source = ""
    package var destination = ""
    package var driver = ""
    package var mode = ""
    package var rw = false
    package var propagation = ""
    package init() {}

    package static let members: GoMembers<Self> = [
        .omitEmpty("Type", \.type),
        .omitEmpty("Name", \.name),
        .always("Source", \.source),
        .always("Destination", \.destination),
        .omitEmpty("Driver", \.driver),
        .always("Mode", \.mode),
        .always("RW", \.rw),
        .always("Propagation", \.propagation),
    ]
}
