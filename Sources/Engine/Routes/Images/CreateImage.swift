import Core
import DockerAPI
import Faults
import HTTPServer
import NIOCore
import NIOHTTP1
import OCI

extension Engine {
    private enum PullStep: Sendable {
        case progress(PullProgress)
        case done(ImageRecord, isNew: Bool)
        case failed(OxbowError)
    }
    /// Steps kept for a client that reads slowly; older progress is dropped, the end never is.
    private static let pullBacklog = 1024

    /// `POST /images/create?fromImage=&tag=`: what fails before the first line is an answer of its own, what fails later
    /// a line.
    @Sendable func createImage(_ call: Call) async throws -> ServerResponse {
        let reference = try Self.pulled(call)
        let auth = call.request.headers.first(name: "X-Registry-Auth").flatMap { AuthConfig(header: $0) }
        let credentials = try auth.flatMap(Self.credentials)
        let steps = pull(reference, credentials)

        var first = steps.makeAsyncIterator()
        guard let begin = await first.next() else { throw OxbowError(.cancelled, "pull: cancelled") }
        if case .failed(let error) = begin { throw Self.pullRefusal(error, reference, isAnonymous: credentials == nil) }
        return .stream(status: .ok, headers: ["Content-Type": Answer.jsonType]) { writer in
            var lines = PullLines(reference)
            func show(_ step: PullStep) async throws {
                let messages: [ProgressMessage]
                switch step {
                case .progress(let progress): messages = lines.lines(progress)
                case .done(let image, let isNew): messages = lines.end(image, isNew: isNew)
                case .failed(let error):
                    messages = [ProgressMessage(error: error.message, code: error.kind.codes.http)]
                }
                for message in messages { try await writer.write(Answer.line(message, end: "\r\n")) }
            }
            try await show(begin)
            for await step in steps { try await show(step) }
        }
    }

    /// A pull outlives no client: when the steps are not read any more, it is cancelled.
    private func pull(_ reference: Reference, _ credentials: RegistryCredentials?) -> AsyncStream<PullStep> {
        let (steps, out) = AsyncStream.makeStream(
            of: PullStep.self, bufferingPolicy: .bufferingNewest(Self.pullBacklog))
        let gone = Latch<Void>()
        out.onTermination = { _ in gone.set(()) }
        work.add {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await pull(reference, credentials) { out.yield($0) } }
                group.addTask { _ = await gone.wait() }
                await group.next()
                group.cancelAll()
            }
            out.finish()
        }
        return steps
    }

    private func pull(
        _ reference: Reference, _ credentials: RegistryCredentials?, _ tell: @escaping @Sendable (PullStep) -> Void
    ) async {
        do {
            let before = try await core.image(reference.familiar)
            let image = try await core.pull(reference, credentials: credentials) { tell(.progress($0)) }
            events.record(.image("pull", id: reference.familiar, name: reference.familiarName, at: now))
            tell(.done(image, isNew: before?.id != image.id))
        } catch {
            tell(.failed(error))
        }
    }

    private static func pulled(_ call: Call) throws(OxbowError) -> Reference {
        if let source = call.text("fromSrc"), !source.isEmpty {
            throw OxbowError(
                .unsupported, "import: images made from a root file system are not supported by this engine")
        }
        let platform = call.text("platform") ?? ""
        guard ["", "linux", "linux/\(HostFacts.goArchitecture)"].contains(platform) else {
            throw OxbowError(.unsupported, "platform \(platform): only this host's is supported by this engine")
        }
        var name = call.text("fromImage") ?? ""
        if name.hasSuffix(":") { name.removeLast() }
        let tag = call.text("tag") ?? ""
        guard !tag.isEmpty else {
            let reference = try Reference(parsing: name)
            guard reference.tag != nil || reference.digest != nil else {
                throw OxbowError(
                    .unsupported, "pull: all tags of a repository at once are not supported by this engine")
            }
            return reference
        }
        // A digest is sent as a tag too.
        return try Reference(parsing: name + (Digest(tag) == nil ? ":" : "@") + tag)
    }

    /// Credentials are used for whatever registry the image is from, as Docker does.
    private static func credentials(_ auth: AuthConfig) throws(OxbowError) -> RegistryCredentials? {
        var credentials = try RegistryCredentials(auth)
        credentials.server = ""
        return credentials == RegistryCredentials() ? nil : credentials
    }

    /// Docker's status and words for a pull that did not begin.
    private static func pullRefusal(_ error: OxbowError, _ reference: Reference, isAnonymous: Bool) -> any Error {
        switch error.kind {
        case .missing: Refusal(.notFound, error.message)
        case .denied where isAnonymous:
            Refusal(
                .notFound,
                "pull access denied for \(reference.familiarName), repository does not exist or may require "
                    + "'docker login': "
                    + error.message.replacing("pull access denied for \(reference.familiarName): ", with: ""))
        case .denied: Refusal(.internalServerError, error.message)
        case .runtimeDown, .tooLate: Refusal(.internalServerError, error.message)
        default: error
        }
    }
}
