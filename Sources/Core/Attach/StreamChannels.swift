package import Faults
import Linux
package import NIOCore
import NIOPosix

/// The event-loop side of a process's streams: channels over descriptors of ours.
package struct StreamChannels: Sendable {
    private let outputs: [any Channel]
    private let input: (any Channel)?
    private let queue: OutputQueue
    private let endInput: @Sendable () async -> Void

    /// A connection to a monitor's attach socket. Takes the descriptor.
    /// - Parameter input: false: what is written is refused.
    package static func packets(
        _ descriptor: Int32, input: Bool, on group: any EventLoopGroup
    ) async throws(OxbowError) -> StreamChannels {
        let queue = OutputQueue(sources: 1)
        let channel = try await open(group, queue, .packets) {
            $0.takingOwnershipOfDescriptor(inputOutput: descriptor)
        } onFailure: {
            Descriptors.close(descriptor)
        }
        return StreamChannels(
            outputs: [channel], input: input ? channel : nil, queue: queue,
            endInput: {
                // On the channel's loop, where the descriptor cannot be closed meanwhile.
                try? await channel.eventLoop.submit {
                    if channel.isActive { Descriptors.shutdownWriting(descriptor) }
                }.get()
            })
    }

    /// Pipes of a program of ours. Takes the descriptors.
    package static func pipes(
        input: Int32?, output: Int32, errors: Int32, on group: any EventLoopGroup
    ) async throws(OxbowError) -> StreamChannels {
        let queue = OutputQueue(sources: 2)
        var rest = [output, errors] + (input.map { [$0] } ?? [])
        func closeRest() { for descriptor in rest { Descriptors.close(descriptor) } }
        let outputChannel = try await open(group, queue, .plain(.stdout)) {
            $0.takingOwnershipOfDescriptor(input: output)
        } onFailure: {
            closeRest()
        }
        rest.removeFirst()
        let errorChannel = try await open(group, queue, .plain(.stderr)) {
            $0.takingOwnershipOfDescriptor(input: errors)
        } onFailure: {
            outputChannel.close(promise: nil)
            closeRest()
        }
        rest.removeFirst()
        var inputChannel: (any Channel)?
        if let input {
            inputChannel = try await open(group, nil, .plain(.stdout)) {
                $0.takingOwnershipOfDescriptor(output: input)
            } onFailure: {
                outputChannel.close(promise: nil)
                errorChannel.close(promise: nil)
                closeRest()
            }
        }
        return StreamChannels(
            outputs: [outputChannel, errorChannel], input: inputChannel, queue: queue,
            endInput: { [inputChannel] in
                // An already closed pipe is what was wanted.
                try? await inputChannel?.close().get()
            })
    }

    /// A terminal's master. Takes the descriptor. Input has no end of its own: `closeInput` types ^D.
    package static func terminal(
        _ descriptor: Int32, on group: any EventLoopGroup
    ) async throws(OxbowError) -> (StreamChannels, resize: @Sendable (UInt16, UInt16) async throws -> Void) {
        let queue = OutputQueue(sources: 1)
        let channel = try await open(group, queue, .plain(.stdout)) {
            $0.takingOwnershipOfDescriptor(inputOutput: descriptor)
        } onFailure: {
            Descriptors.close(descriptor)
        }
        let streams = StreamChannels(
            outputs: [channel], input: channel, queue: queue,
            endInput: {
                // The program may be gone: then there is nobody to tell.
                try? await channel.writeAndFlush(ByteBuffer(bytes: [4])).get()
            })
        return (
            streams,
            { width, height in
                try await channel.eventLoop.submit {
                    guard channel.isActive else { return }
                    try Descriptors.resizeTerminal(descriptor, width: width, height: height)
                }.get()
            }
        )
    }

    /// The reading end of a pipe, with nothing to write. Takes the descriptor.
    package static func reading(
        _ descriptor: Int32, on group: any EventLoopGroup
    ) async throws(OxbowError) -> StreamChannels {
        let queue = OutputQueue(sources: 1)
        let channel = try await open(group, queue, .plain(.stdout)) {
            $0.takingOwnershipOfDescriptor(input: descriptor)
        } onFailure: {
            Descriptors.close(descriptor)
        }
        return StreamChannels(outputs: [channel], input: nil, queue: queue, endInput: {})
    }

    private static func open(
        _ group: any EventLoopGroup, _ queue: OutputQueue?, _ framing: SourceHandler.Framing,
        _ take: (NIOPipeBootstrap) -> EventLoopFuture<any Channel>, onFailure: () -> Void
    ) async throws(OxbowError) -> any Channel {
        let bootstrap = NIOPipeBootstrap(group: group)
            .channelOption(.autoRead, value: false)
            .channelOption(.maxMessagesPerRead, value: StreamLimits.readsPerDemand)
            .channelOption(
                .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: StreamLimits.readBytes)
            )
            .channelOption(.allowRemoteHalfClosure, value: queue != nil)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let queue {
                        try channel.pipeline.syncOperations.addHandler(SourceHandler(queue: queue, framing: framing))
                    }
                }
            }
        do {
            return try await take(bootstrap).get()
        } catch {
            onFailure()
            throw OxbowError(.ours, "streams: cannot be opened", origin: error)
        }
    }

    package var streams: ProcessStreams {
        let (outputs, input, queue, endInput) = (outputs, input, queue, endInput)
        return ProcessStreams(
            next: { () async throws(OxbowError) -> OutputChunk? in
                try await queue.next { for output in outputs { output.read() } }
            },
            write: { (bytes: ByteBuffer) async throws(OxbowError) in
                guard let input else { throw OxbowError(.wrongState, "input: not open") }
                var rest = bytes
                // One packet at a time: two writes that wait together would leave as one packet.
                while let piece = rest.readSlice(length: min(rest.readableBytes, StreamLimits.writeBytes)),
                    piece.readableBytes > 0
                {
                    do { try await input.writeAndFlush(piece).get() } catch {
                        throw OxbowError(.wrongState, "input: closed", origin: error)
                    }
                }
            },
            closeInput: { await endInput() },
            close: {
                queue.close()
                // A channel that has closed already is what was wanted.
                for output in outputs { try? await output.close().get() }
                try? await input?.close().get()
            })
    }
}
