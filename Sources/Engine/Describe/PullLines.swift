import Core
import DockerAPI
import OCI

/// Turns a pull's progress into the lines that Docker's clients draw.
struct PullLines {
    let reference: Reference
    private var seen: Set<Digest> = []
    private var hasBegun = false

    init(_ reference: Reference) { self.reference = reference }

    /// The first line says what is pulled: it is only known to exist once something has come of it.
    private mutating func begun(_ lines: [ProgressMessage]) -> [ProgressMessage] {
        guard !hasBegun else { return lines }
        hasBegun = true
        let id = reference.tag ?? reference.digest?.description ?? ""
        return [ProgressMessage(status: "Pulling from \(repository)", id: id)] + lines
    }

    /// Without the registry's host, as Docker shows it.
    private var repository: String { reference.repository }

    mutating func lines(_ progress: PullProgress) -> [ProgressMessage] {
        guard case .layer(let layer, let phase, let current, let total) = progress else { return begun([]) }
        var lines: [ProgressMessage] = []
        if seen.insert(layer).inserted, phase != .exists {
            lines.append(ProgressMessage(status: "Pulling fs layer", id: layer.short, detail: .init()))
        }
        let status: String
        switch phase {
        case .waiting: status = "Waiting"
        case .downloading: status = "Downloading"
        case .verifying: status = "Verifying Checksum"
        case .downloaded: status = "Download complete"
        // The kubelet's shims take this word for the end of all downloads.
        case .extracting: status = "Extracting"
        case .complete: status = "Pull complete"
        case .exists: status = "Already exists"
        }
        var message = ProgressMessage(status: status, id: layer.short, detail: .init())
        if [.downloading, .extracting].contains(phase), total > 0 {
            message.progressDetail = .init(current: Int64(clamping: current), total: Int64(clamping: total))
            message.progress = ProgressBar.text(current: current, total: total)
        }
        return begun(lines + [message])
    }

    /// - Parameter isNew: whether the name led elsewhere before.
    mutating func end(_ image: ImageRecord, isNew: Bool) -> [ProgressMessage] {
        var lines: [ProgressMessage] = []
        if let digest = reference.digest ?? image.digests.first(where: { $0.name == reference.name })?.digest {
            lines.append(ProgressMessage(status: "Digest: \(digest)"))
        }
        let news = isNew ? "Downloaded newer image" : "Image is up to date"
        lines.append(ProgressMessage(status: "Status: \(news) for \(reference.familiar)"))
        return begun(lines)
    }
}

/// The bar that clients before 29 print as it comes: `[==>   ]  1MB/2MB`.
enum ProgressBar {
    static let width = 50

    static func text(current: UInt64, total: UInt64) -> String {
        let done = min(Int(Double(current) / Double(max(total, 1)) * Double(width)), width)
        let bar =
            done == width
            ? String(repeating: "=", count: width)
            : String(repeating: "=", count: done) + ">" + String(repeating: " ", count: width - done - 1)
        let figures = "\(size(current))/\(size(total))"
        return "[\(bar)] " + String(repeating: " ", count: max(0, 9 - size(current).count)) + figures
    }

    /// Four significant digits at most, powers of 1000.
    private static func size(_ bytes: UInt64) -> String {
        var (value, unit) = (Double(bytes), 0)
        let units = ["B", "kB", "MB", "GB", "TB"]
        while value >= 1000, unit < units.count - 1 { (value, unit) = (value / 1000, unit + 1) }
        let factor = unit == 0 ? 1.0 : value >= 100 ? 10 : value >= 10 ? 100 : 1000
        let rounded = (value * factor).rounded() / factor
        return rounded == rounded.rounded() ? "\(Int(rounded))\(units[unit])" : "\(rounded)\(units[unit])"
    }
}
