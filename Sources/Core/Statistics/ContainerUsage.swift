/// The last count of all writable layers. Counting walks every file in them, and a kubelet asks every ten seconds.
package struct ContainerUsage: Sendable {
    package static let lifetime = Duration.seconds(10)

    private var figures: FilesystemFigures?
    private var until = ContinuousClock.now

    func fresh(at now: ContinuousClock.Instant) -> FilesystemFigures? { now < until ? figures : nil }

    mutating func keep(_ figures: FilesystemFigures, from now: ContinuousClock.Instant) {
        self.figures = figures
        until = now + Self.lifetime
    }
}
