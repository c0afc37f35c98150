import Core

/// Where on this host a container's /etc/resolv.conf, /etc/hosts and /etc/hostname are: its own, or those of the
/// container whose network it uses, which are bound into it.
struct EtcPaths: Equatable {
    var resolvConf: String
    var hosts: String
    var hostname: String

    init(of record: ContainerRecord) {
        func path(_ own: String, _ file: String) -> String {
            guard own.isEmpty else { return own }
            // What the client itself mounts there is as good a source as the core's file.
            return record.spec.mounts.last { $0.kind == .bind && $0.destination == file }?.source ?? ""
        }
        resolvConf = path(record.resolvConfPath, "/etc/resolv.conf")
        hosts = path(record.hostsPath, "/etc/hosts")
        hostname = path(record.hostnamePath, "/etc/hostname")
    }

    var all: [(file: String, source: String)] {
        [("/etc/resolv.conf", resolvConf), ("/etc/hosts", hosts), ("/etc/hostname", hostname)]
    }
}
