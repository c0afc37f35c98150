import Glibc
import Linux
import Logging
import Testing

@testable import CNI

/// Folders of real, small files; programs are empty executable files.
@Suite("Choosing the network")
struct ConfigurationFolderTests {
    private struct Host {
        let root: String
        func configure(_ name: String, _ text: String) throws {
            try Files.write("\(root)/net.d/\(name)", Array(text.utf8))
        }
        func install(_ plugin: String) throws { try Files.write("\(root)/bin/\(plugin)", [], mode: 0o755) }

        func folder(fallback: String? = nil) -> ConfigurationFolder {
            ConfigurationFolder(
                .init(
                    configurationFolder: "\(root)/net.d", programFolders: ["\(root)/none", "\(root)/bin"],
                    cacheFolder: "\(root)/cache", fallback: fallback), logger: Logger(label: "test"))
        }
    }

    private func withHost(_ body: (Host) throws -> Void) throws {
        let host = Host(root: "/tmp/oxbow-netd-\(getpid())-\(UInt32.random(in: 0...UInt32.max))")
        defer { try? Files.removeTree(host.root) }
        try Files.makeFolders("\(host.root)/net.d")
        try Files.makeFolders("\(host.root)/bin")
        try body(host)
    }

    private func single(_ name: String, _ type: String = "ptp") -> String { #"{"name":"\#(name)","type":"\#(type)"}"# }

    @Test("the first valid file in lexical order wins; other suffixes and invalid files are passed over")
    func order() throws {
        try withHost { host in
            try host.install("ptp")
            try host.configure("00-a.txt", single("text"))
            try host.configure("10-b.conf", "{")
            try host.configure("20-c.conf", single("no-program", "missing"))
            try host.configure("30-d.json", #"{"name":"list","plugins":[{"type":"ptp"}]}"#)
            try host.configure("40-e.conflist", #"{"name":"chosen","plugins":[{"type":"ptp"}]}"#)
            try host.configure("50-f.conf", single("later"))
            #expect(host.folder().network()?.name == "chosen")
        }
    }

    @Test("without a valid file the fallback is used, and without that there is no network")
    func fallback() throws {
        try withHost { host in
            #expect(host.folder().network() == nil)
            #expect(host.folder(fallback: PluginNetwork.ownBridge()).network() == nil)
            try host.install("bridge")
            try host.install("portmap")
            #expect(host.folder(fallback: PluginNetwork.ownBridge()).network()?.name == "oxbow")
        }
    }

    @Test("a file that comes, is written in place or goes, and a program that comes, change the choice")
    func changes() throws {
        try withHost { host in
            let folder = host.folder()
            #expect(folder.network() == nil)
            try host.configure("20-b.conf", single("b"))
            #expect(folder.network() == nil)
            try host.install("ptp")
            #expect(folder.network()?.name == "b")
            try host.configure("20-b.conf", single("longer"))
            #expect(folder.network()?.name == "longer")
            try host.configure("10-a.conf", single("a"))
            #expect(folder.network()?.name == "a")
            try Files.removeFile("\(host.root)/net.d/10-a.conf")
            #expect(folder.network()?.name == "longer")
        }
    }
}
