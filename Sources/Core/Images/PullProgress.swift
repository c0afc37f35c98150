package import OCI

package enum PullProgress: Sendable {
    case layer(Digest, Phase, current: UInt64, total: UInt64)
    package enum Phase: String, Sendable {
        case waiting, downloading, verifying, downloaded, extracting, complete, exists
    }
}
