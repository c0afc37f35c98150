import CRI
import GRPC
import HTTPClient
import Linux
import TestSupport

/// One of our daemons that pull images, as a process of its own, with its state in `FOLDER/root`.
enum ImageDaemon: String, CaseIterable {
    case cri, engine

    private func socket(_ folder: TemporaryFolder) -> String { folder.appending("d.sock") }

    /// - Returns: its process id, once it can be talked to.
    func start(in folder: TemporaryFolder) async throws -> Int32 {
        let program = try await blocking { Files.parent(of: try Files.link(at: "/proc/self/exe")) + "/oxbow" }
        let socket = socket(folder)
        try await blocking { try Files.removeFile(socket) }
        let pid = try await Processes.shared.start(
            Command(
                program,
                [
                    rawValue, "--socket", "unix://\(socket)", "--root", folder.appending("root"), "--log-level",
                    "error",
                    "--cni-conf-dir", folder.appending("cni"),
                ], newSession: true))
        for _ in 0..<600 where !Files.exists(socket) { try await Task.sleep(for: .milliseconds(50)) }
        return pid
    }

    func stop(_ pid: Int32) async throws {
        try Signals.send(15, to: pid)
        _ = await Processes.shared.wait(for: pid)
    }

    /// - Parameter name: with its tag.
    /// - Returns: what went wrong, code and words; nil for success.
    func pull(_ name: String, in folder: TemporaryFolder) async -> String? {
        switch self {
        case .cri:
            let client = CRIClient(socket: socket(folder))
            let failure: GRPCStatus?
            do throws(GRPCStatus) {
                _ = try await client.pullImage(PullImageRequest(image: ImageSpec(image: name)))
                failure = nil
            } catch {
                failure = error
            }
            await client.close()
            return failure.map { "\($0.code): \($0.message)" }
        case .engine:
            let client = HTTPClient(.unixSocket(path: socket(folder)))
            let colon = name.lastIndex(of: ":") ?? name.endIndex
            let query = "fromImage=\(name[..<colon])&tag=\(name[colon...].dropFirst())"
            do throws(HTTPFailure) {
                let answer = try await client.send(HTTPRequest("POST", "/v1.41/images/create?\(query)"))
                let text = String(buffer: answer.body)
                return text.contains("Downloaded newer image") ? nil : "\(answer.head.status): \(text)"
            } catch {
                return error.detail
            }
        }
    }
}
