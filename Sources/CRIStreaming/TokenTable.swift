import Faults
import Synchronization

/// Requests that wait for their clients, each under a token that is good once and for a short time.
final class TokenTable: Sendable {
    private struct Row {
        let request: StreamRequest
        let expires: ContinuousClock.Instant
    }
    private let rows = Mutex<[String: Row]>([:])
    private let limit: Int
    private let life: Duration

    /// Bytes of chance in a token; as many as a kubelet's would take 2^48 guesses within a minute, these take 2^96.
    private static let tokenBytes = 12

    init(limit: Int, life: Duration) {
        self.limit = limit
        self.life = life
    }

    /// - Throws: `.tooLarge` when as many tokens as may wait do so.
    func issue(_ request: StreamRequest, at now: ContinuousClock.Instant = .now) throws(OxbowError) -> String {
        let token = Self.token()
        let added = rows.withLock { rows in
            if rows.count >= limit { rows = rows.filter { $0.value.expires > now } }
            guard rows.count < limit else { return false }
            rows[token] = Row(request: request, expires: now + life)
            return true
        }
        guard added else {
            throw OxbowError(.tooLarge, "streaming: maximum number of in-flight requests exceeded (\(limit))")
        }
        return token
    }

    /// - Returns: nil for a token that was never issued, was taken, or is too old.
    func take(_ token: String, at now: ContinuousClock.Instant = .now) -> StreamRequest? {
        guard let row = rows.withLock({ $0.removeValue(forKey: token) }), row.expires > now else { return nil }
        return row.request
    }

    private static func token() -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var generator = SystemRandomNumberGenerator()
        let characters = (0..<tokenBytes * 8 / 6).map { _ in alphabet[Int(generator.next() & 63)] }
        return String(decoding: characters, as: UTF8.self)
    }
}
