/// A mount in its long form: an element of `HostConfig.Mounts`.
package struct MountRequest: GoObject {
    /// `bind`, `volume`, `tmpfs`, `npipe`, `cluster`, `image`.
    package var type = ""
    package var source = ""
    package var target = ""
    package var readOnly = false
    package var consistency = ""
    package var bindOptions: BindOptions?
    package var volumeOptions: VolumeOptions?
    package var tmpfsOptions: TmpfsOptions?
    package var imageOptions: ImageOptions?
    package init() {}

    package static let members: GoMembers<Self> = [
        .omitEmpty("Type", \.type),
        .omitEmpty("Source", \.source),
        .omitEmpty("Target", \.target),
        .omitEmpty("ReadOnly", \.readOnly),
        .omitEmpty("Consistency", \.consistency),
        .omitEmpty("BindOptions", \.bindOptions),
        .omitEmpty("VolumeOptions", \.volumeOptions),
        .omitEmpty("TmpfsOptions", \.tmpfsOptions),
        .omitEmpty("ImageOptions", \.imageOptions),
    ]
}
