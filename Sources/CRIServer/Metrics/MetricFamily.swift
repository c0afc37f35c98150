package import CRI

/// One metric by name: what it means, which labels it has besides those of its subject, and how it is made of figures.
package struct MetricFamily: Sendable {
    package let name: String
    package let help: String
    package let type: MetricType
    /// Beyond `MetricSubject.labels`.
    package let labels: [String]
    /// One value for each combination of `labels`; none for what is not known.
    let read: @Sendable (MetricFigures) -> [(labels: [String], value: UInt64)]

    init(
        _ name: String, _ help: String, _ type: MetricType, labels: [String],
        _ read: @escaping @Sendable (MetricFigures) -> [(labels: [String], value: UInt64)]
    ) {
        self.name = name
        self.help = help
        self.type = type
        self.labels = labels
        self.read = read
    }

    init(_ name: String, _ help: String, _ type: MetricType, _ read: @escaping @Sendable (MetricFigures) -> UInt64?) {
        self.init(name, help, type, labels: []) { figures in read(figures).map { [([], $0)] } ?? [] }
    }

    package var descriptor: MetricDescriptor {
        MetricDescriptor(name: name, help: help, labelKeys: MetricSubject.labels + labels)
    }

    /// The timestamp stays 0, which says that the value is of this moment.
    func metrics(_ figures: MetricFigures, of subject: MetricSubject) -> [Metric] {
        read(figures).map { sample in
            Metric(
                name: name, metricType: type, labelValues: subject.values + sample.labels,
                value: UInt64Value(value: sample.value))
        }
    }
}

extension [MetricFamily] {
    package func metrics(_ figures: MetricFigures, of subject: MetricSubject) -> [Metric] {
        flatMap { $0.metrics(figures, of: subject) }
    }
}
