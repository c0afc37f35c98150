import FoundationEssentials

/// One file that describes the devices of a vendor.
struct DeviceFile: Decodable, Sendable {
    var cdiVersion: String
    /// `vendor.com/class`.
    var kind: String
    var devices: [Device]
    /// For every device of the file, once.
    var containerEdits: ContainerEdits?

    struct Device: Decodable, Sendable {
        var name: String
        var containerEdits: ContainerEdits?
    }

    /// Why a file describes no devices.
    struct Malformed: Error { let reason: String }

    /// - Throws: `Malformed`, saying what is wrong in a few words.
    static func read(_ bytes: [UInt8]) throws(Malformed) -> DeviceFile {
        let file: DeviceFile
        do {
            file = try JSONDecoder().decode(DeviceFile.self, from: Data(bytes))
        } catch {
            throw Malformed(reason: "not a device document in JSON: \(shortened("\(error)"))")
        }
        guard ["0", "1"].contains(file.cdiVersion.prefix { $0 != "." }) else {
            throw Malformed(reason: "cdiVersion: unknown (\(file.cdiVersion))")
        }
        guard DeviceName.isKind(file.kind) else { throw Malformed(reason: "kind: malformed (\(file.kind))") }
        if let device = file.devices.first(where: { !DeviceName.isWord($0.name, inner: "_-.:") }) {
            throw Malformed(reason: "device name: malformed (\(device.name))")
        }
        return file
    }

    private static func shortened(_ text: String) -> String {
        text.count > 160 ? text.prefix(160) + "…" : text
    }
}
