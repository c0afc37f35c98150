import CRI
import GRPC
import Glibc
import Linux
import Testing

extension Behaviour {
    @Suite struct HostPorts {
        /// Serves one word, or asks for it: `serve|ask tcp|udp HOST PORT [WORD]`. Perl is a part of every Debian.
        private static let script = #"""
            use IO::Socket::IP; my ($role, $proto, $host, $port, $word) = @ARGV;
            my @at = $role eq "serve" ? (LocalHost => $host, LocalPort => $port, ReuseAddr => 1, V6Only => 0)
                : (PeerHost => $host, PeerPort => $port, Timeout => 2);
            push @at, Listen => 5 if $role eq "serve" && $proto eq "tcp";
            my $s = IO::Socket::IP->new(Proto => $proto, @at) or exit 1;
            my $b;
            if ($role eq "ask") { $s->send("?") if $proto eq "udp"; alarm 2; $s->recv($b, 99); print $b; exit 0 }
            while (1) {
                if ($proto eq "tcp") { my $c = $s->accept or next; print $c $word; close $c }
                else { my $from = $s->recv($b, 99); $s->send($word, 0, $from) }
            }
            """#

        /// Serves `word` inside the pod's network while `body` runs.
        private func serving<Result>(
            _ word: String, _ transport: String, in pod: Pod, _ body: () async throws -> Result
        ) async throws -> Result {
            let holder = try await pod.holder
            let server = try await Processes.shared.start(
                Command(
                    "nsenter",
                    ["-t", "\(holder)", "-n", "/usr/bin/perl", "-e", Self.script, "serve", transport, "::", "80", word])
            )
            let result: Swift.Result<Result, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            try Signals.send(SIGKILL, to: server)
            _ = await Processes.shared.wait(for: server)
            return try result.get()
        }

        private func answer(_ kubelet: Kubelet, _ transport: String, _ host: String, _ port: UInt16) async throws
            -> String
        {
            try await kubelet.hostSays("/usr/bin/perl", ["-e", Self.script, "ask", transport, host, "\(port)"])
        }

        /// Asks until `word` comes: the server takes a moment.
        private func reaches(
            _ kubelet: Kubelet, _ transport: String, _ host: String, _ port: UInt16, _ word: String
        ) async throws {
            _ = try await kubelet.eventually {
                try await answer(kubelet, transport, host, port)
            } until: {
                $0 == word
            }
        }

        private func freePort(_ transport: HostPort.TransportProtocol) throws -> UInt16 {
            try #require(try HostPort.probe(transport, port: 0))
        }

        private func mapping(_ port: UInt16, _ transport: PortProtocol = .tcp, on address: String = "") -> PortMapping {
            PortMapping(transport: transport, containerPort: 80, hostPort: Int32(port), hostIp: address)
        }

        private func refusal(_ kubelet: Kubelet, _ mappings: [PortMapping]) async -> GRPCStatus? {
            var config = kubelet.podConfiguration()
            config.portMappings = mappings
            let wanted = config
            return await kubelet.failure { () async throws(GRPCStatus) in
                try await kubelet.client.runPodSandbox(RunPodSandboxRequest(config: wanted))
            }
        }

        @Test("a TCP port of the host leads to the pod, until the pod is stopped", arguments: Stage.all)
        func tcp(_ stage: Stage) async throws {
            try await stage.check("RunPodSandbox") { kubelet in
                let port = try freePort(.tcp)
                try await kubelet.pod {
                    $0.portMappings = [mapping(port)]
                } _: { pod in
                    try await serving("tcp-word", "tcp", in: pod) {
                        try await reaches(kubelet, "tcp", "127.0.0.1", port, "tcp-word")
                    }
                    _ = try await pod.client.stopPodSandbox(StopPodSandboxRequest(podSandboxId: pod.id))
                    let rules = try await kubelet.hostSays("iptables-save", ["-t", "nat"])
                    #expect(!rules.contains("--dport \(port) "))
                }
            }
        }

        @Test("a UDP port of the host leads to the pod", arguments: Stage.all)
        func udp(_ stage: Stage) async throws {
            try await stage.check("RunPodSandbox") { kubelet in
                let port = try freePort(.udp)
                try await kubelet.pod {
                    $0.portMappings = [mapping(port, .udp)]
                } _: { pod in
                    try await serving("udp-word", "udp", in: pod) {
                        try await reaches(kubelet, "udp", "127.0.0.1", port, "udp-word")
                    }
                }
            }
        }

        @Test(
            "a port of the host leads to the pod over IPv6 too", .enabled(if: HostPorts.hasIPv6), arguments: Stage.all)
        func ipv6(_ stage: Stage) async throws {
            try await stage.check("RunPodSandbox") { kubelet in
                let (tcp, udp) = (try freePort(.tcp), try freePort(.udp))
                try await kubelet.pod {
                    $0.portMappings = [mapping(tcp), mapping(udp, .udp)]
                } _: { pod in
                    // The bridge's own address is this host's; `::1` cannot be forwarded.
                    let gateway = try await kubelet.hostSays(
                        "nsenter", ["-t", "\(try await pod.holder)", "-n", "ip", "-6", "route", "show", "default"])
                    let address = try #require(gateway.split(separator: " ").dropFirst(2).first.map(String.init))
                    try await serving("tcp6", "tcp", in: pod) {
                        try await reaches(kubelet, "tcp", address, tcp, "tcp6")
                    }
                    try await serving("udp6", "udp", in: pod) {
                        try await reaches(kubelet, "udp", address, udp, "udp6")
                    }
                }
            }
        }

        static let hasIPv6 = Files.exists("/proc/net/if_inet6")

        @Test("a port is mapped on the one address that was asked for", arguments: Stage.all)
        func address(_ stage: Stage) async throws {
            try await stage.check("RunPodSandbox") { kubelet in
                let port = try freePort(.tcp)
                try await kubelet.pod {
                    $0.portMappings = [mapping(port, on: "127.0.0.1")]
                } _: { pod in
                    try await serving("one", "tcp", in: pod) {
                        try await reaches(kubelet, "tcp", "127.0.0.1", port, "one")
                        #expect(try await answer(kubelet, "tcp", "127.0.0.2", port) == "")
                    }
                }
            }
        }

        @Test("a port that another pod has is refused, and free again when that pod is stopped", arguments: Stage.all)
        func conflict(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "nobody is asked: the second pod is never reached"]
            try await stage.check("RunPodSandbox", gaps: gaps) { kubelet in
                let port = try freePort(.tcp)
                try await kubelet.pod("owner") {
                    $0.portMappings = [mapping(port)]
                } _: { owner in
                    let refused = await refusal(kubelet, [mapping(port, on: "127.0.0.1")])
                    #expect(refused?.code == .failedPrecondition)
                    #expect(refused?.message.contains("\(port)/tcp") == true)
                    #expect(refused?.message.contains(owner.config.metadata?.name ?? "?") == true)
                    // The same number of another protocol is another port.
                    try await kubelet.pod {
                        $0.portMappings = [mapping(port, .udp)]
                    } _: { _ in
                    }
                    _ = try await owner.client.stopPodSandbox(StopPodSandboxRequest(podSandboxId: owner.id))
                    try await kubelet.pod {
                        $0.portMappings = [mapping(port)]
                    } _: { heir in
                        try await serving("heir", "tcp", in: heir) {
                            try await reaches(kubelet, "tcp", "127.0.0.1", port, "heir")
                        }
                    }
                }
            }
        }

        @Test("a port on which a program of the host listens is refused", arguments: Stage.all)
        func hostListens(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "the program loses its port to the pod"]
            try await stage.check("RunPodSandbox", gaps: gaps) { kubelet in
                let port = try freePort(.tcp)
                let listener = try await Processes.shared.start(
                    Command("/usr/bin/perl", ["-e", Self.script, "serve", "tcp", "127.0.0.1", "\(port)", "mine"]))
                let result: Swift.Result<GRPCStatus?, any Error>
                do {
                    try await reaches(kubelet, "tcp", "127.0.0.1", port, "mine")
                    result = .success(await refusal(kubelet, [mapping(port)]))
                } catch {
                    result = .failure(error)
                }
                try Signals.send(SIGKILL, to: listener)
                _ = await Processes.shared.wait(for: listener)
                #expect(try result.get()?.code == .failedPrecondition)
            }
        }

        @Test("ports and addresses that cannot be are refused", arguments: Stage.all)
        func refused(_ stage: Stage) async throws {
            let gaps: [Stage: String] = [.dockershim120: "every error has the code UNKNOWN, or there is none"]
            try await stage.check("RunPodSandbox", gaps: gaps) { kubelet in
                let wrong = [
                    PortMapping(containerPort: 80, hostPort: -1), PortMapping(containerPort: 80, hostPort: 65_536),
                    PortMapping(containerPort: 0, hostPort: 8080), mapping(8080, on: "nowhere"),
                    PortMapping(transport: PortProtocol(rawValue: 9), containerPort: 80, hostPort: 8080),
                ]
                for mapping in wrong { #expect(await refusal(kubelet, [mapping])?.code == .invalidArgument) }
            }
        }

        @Test("a container port without a port of the host is the pod's own affair", arguments: Stage.all)
        func unmapped(_ stage: Stage) async throws {
            try await stage.check("RunPodSandbox") { kubelet in
                for _ in 1...2 {
                    try await kubelet.pod {
                        $0.portMappings = [PortMapping(containerPort: 80)]
                    } _: { pod in
                        let found = try await kubelet.remains(of: [pod.id])
                        #expect(found.allSatisfy { !$0.hasPrefix("rule") })
                    }
                }
            }
        }
    }
}
