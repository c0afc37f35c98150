/// One image volume of a container: the layers of an image as a read-only file system, and the part of it that is bound.
package struct VolumePaths: Sendable, Codable, Equatable {
    /// The image's unpacked layers, topmost first.
    package var lower: [String]
    /// Where they are mounted together.
    package var merged: String
    /// `merged`, or the folder or file in it that was asked for.
    package var source: String
    package init(lower: [String], merged: String, source: String) {
        self.lower = lower
        self.merged = merged
        self.source = source
    }
}
