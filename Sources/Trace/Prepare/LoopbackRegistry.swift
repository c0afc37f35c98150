import HTTPClient
import Linux

/// Debian's `docker-registry` on a loopback address, for as long as a body runs.
struct LoopbackRegistry {
    static let program = "docker-registry"
    /// From its start until it answers.
    static let readiness = Duration.seconds(15)

    /// - Parameters:
    ///   - folder: configuration and contents; made here, removed by the caller.
    /// - Throws: `PreparationFailure` when the address is taken or the registry does not come up.
    static func run<R: Sendable>(
        at address: RegistryAddress, folder: String, body: () async throws -> R
    ) async throws -> R {
        let listening = address.listening
        guard await !answers(listening) else {
            throw PreparationFailure("registry: address is taken by another program (\(listening))")
        }
        let configuration = """
            version: 0.1
            log: {level: error, accesslog: {disabled: true}}
            storage: {filesystem: {rootdirectory: \(folder)/data}}
            http: {addr: "\(listening)"}

            """
        try await blocking {
            try Files.makeFolders(folder)
            try Files.write(folder + "/config.yml", Array(configuration.utf8))
        }
        let pid: Int32
        do {
            pid = try await Processes.shared.start(Command(program, ["serve", folder + "/config.yml"]))
        } catch {
            throw PreparationFailure(
                "registry: \(program) cannot be started (\(error.reason)); Compat/setup installs it")
        }
        let result: Result<R, any Error>
        do {
            try await waitUntilItAnswers(listening)
            result = .success(try await body())
        } catch {
            result = .failure(error)
        }
        // It holds nothing worth a grace period.
        try Signals.send(9, to: pid)
        _ = await Processes.shared.wait(for: pid)
        return try result.get()
    }

    private static func waitUntilItAnswers(_ address: String) async throws {
        let deadline = ContinuousClock.now + readiness
        while await !answers(address) {
            guard ContinuousClock.now < deadline else {
                throw PreparationFailure("registry: does not answer after \(readiness) (\(address))")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private static func answers(_ address: String) async -> Bool {
        let request = HTTPRequest("GET", "http://\(address)/v2/", timeout: .seconds(2))
        do throws(HTTPFailure) {
            _ = try await HTTPClient(.network).send(request)
            return true
        } catch {
            // Whatever keeps it from answering: what counts is that a program is there that took the connection.
            return error.reason != .unreachable
        }
    }
}

/// Why a replay cannot be prepared.
package struct PreparationFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
