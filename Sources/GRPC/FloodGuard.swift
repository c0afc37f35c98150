import NIOCore

/// Counts what a peer sends that costs us work and carries nothing.
struct FloodGuard {
    enum Noise: Int, CaseIterable {
        case ping, settings, emptyFrame
        /// A call that the peer cancelled, or that had to be refused before it began.
        case reset
    }

    private let bursts: [Int]
    private let perSecond: Int
    /// What the peer may still send, by `Noise.rawValue`.
    private var left: [Int]
    private var isUsed = false
    private var filled: NIODeadline

    init(_ allowance: FloodAllowance, now: NIODeadline) {
        bursts = [allowance.pings, allowance.settings, allowance.emptyFrames, allowance.resets]
        perSecond = allowance.perSecond
        left = bursts
        filled = now
    }

    /// - Returns: false when the peer has used up what it may send: it is to be sent away.
    mutating func permits(_ noise: Noise, at now: NIODeadline) -> Bool {
        refill(at: now)
        guard left[noise.rawValue] > 0 else { return false }
        left[noise.rawValue] -= 1
        isUsed = true
        return true
    }

    /// Data went either way, so that pings and settings are part of honest work again.
    mutating func dataMoved() {
        guard isUsed else { return }
        isUsed = false
        for noise in Noise.ping.rawValue...Noise.emptyFrame.rawValue { left[noise] = bursts[noise] }
    }

    private mutating func refill(at now: NIODeadline) {
        let seconds = Int((now - filled).nanoseconds / 1_000_000_000)
        guard seconds > 0 else { return }
        filled = filled + .seconds(Int64(seconds))
        for noise in left.indices { left[noise] = min(bursts[noise], left[noise] + min(seconds, 3600) * perSecond) }
    }
}
