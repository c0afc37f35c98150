extension NetworkResult {
    /// Reads a plugin chain's last result; 0.2 writes `ip4`/`ip6` members, 0.3 and later a list `ips`.
    init(_ document: JSONValue) {
        var found: [(address: String, prefix: Int, gateway: String)] = []
        for entry in document["ips"]?.array ?? [] {
            if let address = entry["address"]?.string {
                found.append(Self.split(address, gateway: entry["gateway"]?.string))
            }
        }
        for member in ["ip4", "ip6"] {
            if let entry = document[member], let address = entry["ip"]?.string {
                found.append(Self.split(address, gateway: entry["gateway"]?.string))
            }
        }
        // IPv4 first: the first address is the pod's as far as older kubelets know.
        let ordered = found.filter { !$0.address.contains(":") } + found.filter { $0.address.contains(":") }
        let interfaces = document["interfaces"]?.array ?? []
        let inside = interfaces.first {
            $0["sandbox"]?.string?.isEmpty == false && $0["name"]?.string == PluginNetwork.interface
        }
        self.init(
            addresses: ordered.map(\.address), macAddress: inside?["mac"]?.string ?? "",
            gateway: ordered.first?.gateway ?? "", prefixLength: ordered.first?.prefix ?? 0)
    }

    private static func split(_ address: String, gateway: String?) -> (String, Int, String) {
        let parts = address.split(separator: "/")
        return (String(parts.first ?? ""), parts.count > 1 ? Int(parts[1]) ?? 0 : 0, gateway ?? "")
    }
}
