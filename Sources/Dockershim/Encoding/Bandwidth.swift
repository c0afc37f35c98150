import Faults
/// Bandwidth limits of a pod, from the annotations that the kubelet passes on.
enum Bandwidth {
    static let ingress = "kubernetes.io/ingress-bandwidth"
    static let egress = "kubernetes.io/egress-bandwidth"
    /// Bits per second that Kubernetes accepts.
    static let range: ClosedRange<Double> = 1_000...1_000_000_000_000_000

    /// Bits per second from a Kubernetes quantity (`10M`, `1Gi`, `1e6`); 0 without the annotation.
    /// - Throws: `.badRequest` for what is no quantity or out of range.
    static func read(_ annotations: [String: String], _ name: String) throws(BridgeFailure) -> UInt64 {
        guard let text = annotations[name] else { return 0 }
        guard let value = quantity(text), range.contains(value) else {
            throw BridgeFailure(.badRequest, "annotation \(name): not a bandwidth from 1k to 1P (\(text))")
        }
        return UInt64(value)
    }

    private static let units: [String: Double] = [
        "": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15,
        "Ki": 1024, "Mi": 1_048_576, "Gi": 1_073_741_824, "Ti": 1_099_511_627_776,
    ]

    static func quantity(_ text: String) -> Double? {
        let unit = String(text.reversed().prefix { $0.isLetter }.reversed())
        if let scale = units[unit], let number = Double(text.dropLast(unit.count)) { return number * scale }
        return Double(text)
    }
}
