package import Faults
import Linux

/// The devices that vendors describe in files on this host, after the Container Device Interface.
///
/// Files are read anew for each request that names a device: vendors write and remove them at any time, and pods with
/// such devices are few.
package struct DeviceRegistry: Sendable {
    /// A file in a later folder wins over one in an earlier folder.
    package static let standardFolders = ["/etc/cdi", "/var/run/cdi"]
    /// Bytes of one device file.
    package static let fileLimit = 1 << 20
    /// Device files of one folder.
    package static let folderLimit = 1000

    private let folders: [String]

    package init(folders: [String] = DeviceRegistry.standardFolders) { self.folders = folders }

    /// What the named devices change about a container, in the order of the names; a file's own edits come once, before
    /// those of its first device. Blocks.
    ///
    /// Documents are read as JSON, whether the file is called `.json` or `.yaml`; other YAML is not understood.
    /// - Throws: `.badRequest` for what is no device name, `.missing` for a device that no file describes or that two
    ///   files of one folder describe, with the files that could not be read.
    package func edits(for names: [String]) throws(OxbowError) -> ContainerEdits {
        guard !names.isEmpty else { return ContainerEdits() }
        var wanted: [DeviceName] = []
        for text in names {
            guard let name = DeviceName(text) else {
                throw OxbowError(.badRequest, "CDI device: not a name like vendor.com/class=device (\(text))")
            }
            if !wanted.contains(name) { wanted.append(name) }
        }

        let found = look()
        var edits = ContainerEdits()
        var used: Set<String> = []
        for name in wanted {
            guard let device = found.devices[name] else {
                throw OxbowError(.missing, "CDI device: unknown (\(name.kind)=\(name.device))\(found.hint)")
            }
            guard !device.isAmbiguous else {
                throw OxbowError(.missing, "CDI device: described twice in one folder (\(name.kind)=\(name.device))")
            }
            if used.insert(device.path).inserted { edits.append(device.fileEdits) }
            edits.append(device.edits)
        }
        return edits
    }

    private struct Found {
        struct Device {
            var path: String
            var folder: Int
            var fileEdits: ContainerEdits
            var edits: ContainerEdits
            var isAmbiguous = false
        }
        var devices: [DeviceName: Device] = [:]
        var broken: [String] = []

        /// For the operator who wonders why a device is not known.
        var hint: String { broken.isEmpty ? "" : "; not read: " + broken.joined(separator: ", ") }
    }

    private func look() -> Found {
        var found = Found()
        for (index, folder) in folders.enumerated() {
            // A host without the folder has no devices there.
            let names = ((try? Files.entries(of: folder)) ?? []).sorted().prefix(Self.folderLimit)
            for name in names where name.hasSuffix(".json") || name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
                let path = "\(folder)/\(name)"
                do {
                    let file = try DeviceFile.read(try Files.read(path, limit: Self.fileLimit))
                    for device in file.devices { add(device, of: file, path, index, to: &found) }
                } catch let error as DeviceFile.Malformed {
                    found.broken.append("\(path) (\(error.reason))")
                } catch {
                    found.broken.append("\(path) (\(error))")
                }
            }
        }
        return found
    }

    private func add(
        _ device: DeviceFile.Device, of file: DeviceFile, _ path: String, _ folder: Int, to found: inout Found
    ) {
        let name = DeviceName(kind: file.kind, device: device.name)
        found.devices[name] = Found.Device(
            path: path, folder: folder, fileEdits: file.containerEdits ?? ContainerEdits(),
            edits: device.containerEdits ?? ContainerEdits(),
            isAmbiguous: found.devices[name]?.folder == folder)
    }
}
