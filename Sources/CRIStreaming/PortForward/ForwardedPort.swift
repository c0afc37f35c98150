import Faults
import Linux
import NIOCore
import NIOPosix

/// One connection of a client to a port in a pod.
struct ForwardedPort: Sendable {
    let sandbox: String
    let port: UInt16
    let runtime: any StreamingRuntime

    /// The client's side.
    struct Client: Sendable {
        /// nil at the client's end.
        var read: @Sendable () async -> ByteBuffer?
        /// Throws when the client wants no more.
        var write: @Sendable (ByteBuffer) async throws -> Void
        var finish: @Sendable () async -> Void
        /// Whether nothing can be said to the client any more; asked after its end.
        var isGone: @Sendable () -> Bool
        /// The pod's end is the end of both ways: the client has no end of its own to send.
        var endsWithPod: Bool
    }

    /// Returns when both ways have ended.
    /// - Returns: what the client is to be told; nil when all went well.
    func run(_ client: Client) async -> String? {
        let descriptor: Int32
        do {
            let namespace = try await runtime.networkNamespace(of: sandbox)
            descriptor = try await LoopbackDial.connect(to: port, in: namespace)
        } catch is CancellationError {
            return nil
        } catch {
            // The wording is the kubelet's; the uid is not known here, nor was it there.
            return "error forwarding port \(port) to pod \(sandbox), uid : \(words(error))"
        }
        do {
            let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .channelOption(.allowRemoteHalfClosure, value: true)
                .withConnectedSocket(descriptor) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                            wrappingChannelSynchronously: channel,
                            configuration: .init(isOutboundHalfClosureEnabled: true))
                    }
                }
            try await channel.executeThenClose { inbound, outbound in try await carry(client, inbound, outbound) }
            return nil
        } catch is StreamGone {
            return nil
        } catch is CancellationError {
            return nil
        } catch {
            return "error forwarding port \(port) to pod \(sandbox), uid : \(words(error))"
        }
    }

    private enum Way: Sendable { case toPod(isGone: Bool), toClient }

    private func carry(
        _ client: Client, _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>,
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) async throws {
        try await withThrowingTaskGroup(of: Way.self) { group in
            group.addTask {
                while let bytes = await client.read() {
                    // A pod that has closed its side for good: what it still says is of more interest.
                    guard (try? await outbound.write(bytes)) != nil else { break }
                }
                outbound.finish()
                return .toPod(isGone: client.isGone())
            }
            group.addTask {
                do {
                    for try await bytes in inbound { try await client.write(bytes) }
                } catch let error as IOError where error.errnoCode == 104 {
                    // ECONNRESET: the pod's end, said rudely. No word of it goes to the client: kubectl gives up all of its
                    // connections for one message on an error stream.
                }
                await client.finish()
                return .toClient
            }
            for try await way in group {
                switch way {
                case .toPod(isGone: true): group.cancelAll()
                case .toPod: break
                case .toClient: if client.endsWithPod { group.cancelAll() }
                }
            }
        }
    }

    private func words(_ error: any Error) -> String {
        switch error {
        case let error as OxbowError: error.message
        case let error as SystemFailure: "\(error.call): \(error.reason)"
        default: "\(error)"
        }
    }
}
