package import NIOCore

private let essentialKeys: Set<String> = [
    "id", "names", "image", "imageid", "created", "sizerw", "sizerootfs", "labels", "state", "status",
]

extension ContainerSummary {
    /// An answer of `GET /containers/json`, of which only what tells a container and its state is read: ports, mounts,
    /// networks and the command keep their defaults. Kubelets poll this list, and it is most of what a poll costs.
    /// - Throws: as `DockerJSON.decode`.
    package static func essentials(in text: ByteBuffer) throws(JSONFailure) -> [ContainerSummary] {
        var scanner = JSONScanner(text)
        do throws(JSONScanner.Surprise) {
            var all: [ContainerSummary] = []
            try scanner.array { scanner throws(JSONScanner.Surprise) in all.append(try ContainerSummary(&scanner)) }
            guard scanner.isAtEnd else { throw JSONScanner.Surprise() }
            return all
        } catch {
            // Unusual, or wrong: the decoder knows which.
            return try DockerJSON.decode([ContainerSummary].self, from: text)
        }
    }

    private init(_ scanner: inout JSONScanner) throws(JSONScanner.Surprise) {
        self.init()
        var read = self
        try scanner.object { scanner, key throws(JSONScanner.Surprise) in
            if try scanner.null() { return }
            switch key {
            case "Id": read.id = try scanner.string()
            case "Names":
                var names: [String] = []
                try scanner.array { scanner throws(JSONScanner.Surprise) in names.append(try scanner.string()) }
                read.names = names
            case "Image": read.image = try scanner.string()
            case "ImageID": read.imageID = try scanner.string()
            case "Created": read.created = try scanner.integer()
            case "SizeRw": read.sizeRw = try scanner.integer()
            case "SizeRootFs": read.sizeRootFs = try scanner.integer()
            case "Labels":
                var labels: [String: String] = [:]
                try scanner.object { scanner, key throws(JSONScanner.Surprise) in labels[key] = try scanner.string() }
                read.labels = labels
            case "State": read.state = try scanner.string()
            case "Status": read.status = try scanner.string()
            case "Command", "HostConfig", "Mounts", "NetworkSettings", "Ports": try scanner.skip()
            default:
                // A key in other letters is the same key to Go, and so to the decoder.
                guard !essentialKeys.contains(key.lowercased()) else { throw JSONScanner.Surprise() }
                try scanner.skip()
            }
        }
        self = read
    }
}
