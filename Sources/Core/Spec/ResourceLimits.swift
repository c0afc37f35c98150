package struct ResourceLimits: Sendable, Codable, Equatable {
    package var cpuShares: UInt64?
    package var cpuQuota: Int64?
    package var cpuPeriod: UInt64?
    package var cpusetCPUs: String?
    package var cpusetMems: String?
    package var memoryBytes: Int64?
    package var memorySwapBytes: Int64?
    package var memoryReservationBytes: Int64?
    package var pidsLimit: Int64?
    package var oomScoreAdj: Int?
    package var hugepages: [String: UInt64]
    package var unified: [String: String]
    package var oomKillDisable: Bool?
    package init() { hugepages = [:]; unified = [:] }
}
