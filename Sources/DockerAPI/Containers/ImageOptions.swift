/// Options of a mount of an image; from 1.48.
package struct ImageOptions: GoObject {
    /// A path in the image; "": all of it.
    package var subpath = ""
    package init() {}
    package static let members: GoMembers<Self> = [.omitEmpty("Subpath", \.subpath)]
}
