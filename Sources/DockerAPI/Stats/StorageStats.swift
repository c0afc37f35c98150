/// Windows only: always empty here.
package struct StorageStats: GoObject {
    package init() {}
    package static let members: GoMembers<Self> = []
}
