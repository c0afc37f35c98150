package import Trace

package struct ComparisonOptions: Sendable {
    package var stages: [StageDefinition]
    package var endpoints: [EndpointDefinition]
    /// Played on each before the load.
    package var trace: Trace
    package var speed: ReplaySpeed
    /// Pods of the synthetic load.
    package var pods: Int
    /// Pods started at a time.
    package var concurrency: Int
    /// Everything the comparison makes lands here; removed at the end.
    package var workFolder: String
    /// The image of the synthetic load's containers: one with a shell.
    package var loadImage: String
    /// The ratios are first ÷ second.
    package var old: String
    package var direct: String
    package var limits = ComparisonLimits()

    package init(
        stages: [StageDefinition], endpoints: [EndpointDefinition] = [], trace: Trace, speed: ReplaySpeed = .max,
        pods: Int = 20, concurrency: Int = 1, workFolder: String, loadImage: String = "localhost/busybox:trace",
        old: String = "dockershim", direct: String = "cri-plugin"
    ) {
        self.stages = stages
        self.endpoints = endpoints
        self.trace = trace
        self.speed = speed
        self.pods = pods
        self.concurrency = concurrency
        self.workFolder = workFolder
        self.loadImage = loadImage
        self.old = old
        self.direct = direct
    }
}

/// Every wait of a comparison.
package struct ComparisonLimits: Sendable, Equatable {
    /// From a daemon's start until it can be talked to.
    package var readiness: Duration = .seconds(60)
    /// From SIGTERM until a daemon has ended; then SIGKILL.
    package var ending: Duration = .seconds(30)
    /// One CRI call of the load.
    package var call: Duration = .seconds(120)
    /// Quiet before a sample of memory is taken.
    package var rest: Duration = .milliseconds(500)
    package init() {}
}

/// What the comparison is doing, for a progress line.
package struct ComparisonProgress: Sendable, Equatable {
    package var stage: String
    package var step: String
    /// Done and to do; nil while it cannot be counted.
    package var count: (done: Int, all: Int)?

    package init(stage: String, step: String, count: (done: Int, all: Int)? = nil) {
        self.stage = stage
        self.step = step
        self.count = count
    }

    package static func == (a: ComparisonProgress, b: ComparisonProgress) -> Bool {
        a.stage == b.stage && a.step == b.step && a.count?.done == b.count?.done && a.count?.all == b.count?.all
    }
}
