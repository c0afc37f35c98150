/// Options of a bind mount.
package struct BindOptions: GoObject {
    /// `private`, `rprivate`, `shared`, `rshared`, `slave`, `rslave` or "".
    package var propagation = ""
    package var nonRecursive = false
    /// Makes the source folder when it is missing; from 1.42.
    package var createMountpoint = false
    package var readOnlyNonRecursive = false
    package var readOnlyForceRecursive = false
    package init() {}
    package static let members: GoMembers<Self> = [
        .omitEmpty("Propagation", \.propagation),
        .omitEmpty("NonRecursive", \.nonRecursive),
        .omitEmpty("CreateMountpoint", \.createMountpoint),
        .omitEmpty("ReadOnlyNonRecursive", \.readOnlyNonRecursive),
        .omitEmpty("ReadOnlyForceRecursive", \.readOnlyForceRecursive),
    ]
}
