import Crypto
import DockerAPI
import Linux

/// What ImageStatus tells of an image when it is asked to be verbose, under containerd's names: the chain id and the
/// configuration, as far as Docker tells of it.
struct ImageInfo: Encodable {
    struct Spec: Encodable {
        var created: String
        var author: String
        var architecture: String
        var os: String
        var config: ContainerConfig?
        var rootfs: RootFS
        var history: [Step]
    }
    struct RootFS: Encodable {
        var type: String
        var diffIDs: [String]

        private enum CodingKeys: String, CodingKey {
            case type
            case diffIDs = "diff_ids"
        }
    }
    struct Step: Encodable {
        /// Nil where Docker's time is none that can be: year 1.
        var created: String?
        var createdBy: String
        var comment: String

        private enum CodingKeys: String, CodingKey {
            case created, comment
            case createdBy = "created_by"
        }
    }

    var chainID: String
    var imageSpec: Spec

    /// - Parameter steps: newest first, as Docker has them.
    init(_ image: ImageInspect, _ steps: [ImageHistoryEntry]) {
        let layers = image.rootFS.layers ?? []
        chainID = Self.chain(of: layers)
        imageSpec = Spec(
            created: image.created, author: image.author, architecture: image.architecture, os: image.os,
            config: image.config, rootfs: RootFS(type: image.rootFS.type, diffIDs: layers),
            history: steps.reversed().map { step in
                Step(
                    created: Self.time(step.created), createdBy: step.createdBy, comment: step.comment)
            })
    }

    private static func time(_ seconds: Int64) -> String? {
        let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? nil : Timestamp(nanoseconds: nanoseconds).rfc3339
    }

    var text: String {
        get throws(DockerFailure) {
            do throws(JSONFailure) {
                return try DockerJSON.text(self)
            } catch {
                throw DockerFailure(error)
            }
        }
    }

    /// The name of a stack of layers. Source: opencontainers/image-spec 1.0, config.md, "Layer ChainID".
    /// - Parameter layers: diff ids, lowest first.
    static func chain(of layers: [String]) -> String {
        guard var chain = layers.first else { return "" }
        for layer in layers.dropFirst() {
            let sum = SHA256.hash(data: Array("\(chain) \(layer)".utf8))
            chain = "sha256:" + sum.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        }
        return chain
    }
}
