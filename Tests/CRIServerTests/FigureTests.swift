import CRI
import CRIServer
import Faults
import Synchronization
import Testing

@Suite("Rates, metrics and streamed lists")
struct FigureTests {
    @Test("a rate is known from the second look on, and noise leaves it as it was")
    func rates() {
        let rates = UsageRates()
        #expect(rates.rate(of: "a", counter: 100, at: 0) == nil)
        #expect(rates.rate(of: "a", counter: 500_000_100, at: 1_000_000_000) == 500_000_000)
        #expect(rates.rate(of: "a", counter: 900_000_100, at: 1_000_000_100) == 500_000_000)
        #expect(rates.rate(of: "a", counter: 500_000_100, at: 2_000_000_000) == 0)
        #expect(rates.rate(of: "a", counter: 5, at: 3_000_000_000) == nil)
        #expect(rates.rate(of: "b", counter: 5, at: 3_000_000_000) == nil)
        rates.forget("a")
        #expect(rates.rate(of: "a", counter: 10, at: 4_000_000_000) == nil)
    }

    @Test("counters past the limit are forgotten together")
    func rateLimit() {
        let rates = UsageRates()
        _ = rates.rate(of: "first", counter: 1, at: 0)
        for number in 0..<UsageRates.limit { _ = rates.rate(of: "\(number)", counter: 1, at: 0) }
        #expect(rates.rate(of: "first", counter: 2, at: 1_000_000_000) == nil)
    }

    @Test("names of metrics are unique, and every sample has a value for each label of its descriptor")
    func catalogue() {
        let names = MetricCatalogue.all.map(\.name)
        #expect(Set(names).count == names.count)
        var figures = MetricFigures()
        figures.cpu = 3_900_000_000
        figures.takeMemoryLines(["total_pgfault": 5, "total_pgmajfault": 2, "total_cache": 9])
        figures.devices = [.init(name: "/dev/vda", major: 8, minor: 0, readBytes: 1, reads: 2)]
        figures.interfaces = [.init(name: "eth0"), .init(name: "eth1")]
        figures.cpuStall = .init(some: 2_000_000_000, full: 1)
        let subject = MetricSubject(container: "c", cgroup: "/g", image: "i", id: "x", namespace: "n", pod: "p")
        let metrics = MetricCatalogue.all.metrics(figures, of: subject)
        let keys = Dictionary(uniqueKeysWithValues: MetricCatalogue.all.map { ($0.name, $0.descriptor.labelKeys) })
        for metric in metrics { #expect(metric.labelValues.count == keys[metric.name]?.count, "\(metric.name)") }
        func values(_ name: String) -> [UInt64?] { metrics.filter { $0.name == name }.map { $0.value?.value } }
        #expect(values("container_cpu_usage_seconds_total") == [3])
        #expect(values("container_memory_failures_total") == [5, 2])
        #expect(values("container_memory_cache") == [9])
        #expect(values("container_fs_reads_total") == [2])
        #expect(values("container_fs_writes_total") == [])
        #expect(values("container_network_receive_bytes_total") == [0, 0])
        #expect(values("container_pressure_cpu_waiting_seconds_total") == [2])
        #expect(values("container_memory_swap") == [])
    }

    @Test("a streamed list is cut before a message grows past its limit, and an empty one sends nothing")
    func streamed() async throws {
        let sent = Mutex<[[String]]>([])
        let items = ["a", "bb", "ccc", String(repeating: "d", count: 100), "e"].map { Container(id: $0) }
        func send(_ items: [Container], limit: Int) async throws(OxbowError) {
            try await StreamedList.send(
                items, as: { StreamContainersResponse(containers: $0) }, limit: limit
            ) { answer in sent.withLock { $0.append(answer.containers.map(\.id)) } }
        }
        // An id of n letters takes n + 2 bytes.
        try await send(items, limit: 8)
        #expect(sent.withLock { $0 } == [["a", "bb"], ["ccc"], [items[3].id], ["e"]])
        sent.withLock { $0 = [] }
        try await send(items, limit: StreamedList.messageBytes)
        #expect(sent.withLock { $0 } == [items.map(\.id)])
        sent.withLock { $0 = [] }
        try await send([], limit: 8)
        #expect(sent.withLock { $0 } == [])
    }
}
