package import Faults
import Linux

extension MonitoredRuntime {
    /// Finds monitors by their command line (`-b <our bundle folder>`), processes by the pid file in the bundle, and exits
    /// by the exit files: nothing that a daemon could have failed to write down.
    package func survivors() async throws(OxbowError) -> [String: Survivor] {
        let folders = folders
        var found: [String: Survivor]
        do {
            found = try await blocking { try Self.look(folders) }
        } catch {
            throw OxbowError(.ours, "monitors: cannot be looked for", origin: error)
        }
        for (id, survivor) in found {
            if survivor.monitor == nil, let exit = await exitNotice(id) { found[id]?.exit = exit }
        }
        return found
    }

    package func abandon(_ survivor: Survivor) async {
        // The monitor first: it would report an exit that is not one.
        if let monitor = survivor.monitor {
            signal(9, monitor)
            await Processes.shared.end(of: monitor, startTime: survivor.monitorStartTime)
        }
        if let pid = survivor.pid {
            signal(9, pid)
            await Processes.shared.end(of: pid, startTime: survivor.startTime)
        }
    }

    private static func look(_ folders: CoreFolders) throws -> [String: Survivor] {
        var found: [String: Survivor] = [:]
        for id in try Files.entries(of: folders.bundles) { found[id] = Survivor() }
        for id in try Files.entries(of: folders.exits) where !id.hasSuffix(".tmp") {
            if found[id] == nil { found[id] = Survivor() }
        }
        for facts in ProcessFacts.all() where facts.command == "conmon" && facts.state != UInt8(ascii: "Z") {
            let arguments = ProcessFacts.commandLine(of: facts.pid)
            guard let flag = arguments.firstIndex(of: "-b"), arguments.index(after: flag) < arguments.endIndex else {
                continue
            }
            let bundle = arguments[arguments.index(after: flag)]
            guard bundle.hasPrefix(folders.bundles + "/"), !arguments.contains("--exec") else { continue }
            let id = String(bundle.dropFirst(folders.bundles.count + 1))
            found[id, default: Survivor()].monitor = facts.pid
            found[id]?.monitorStartTime = facts.startTime
        }
        let tree = try CgroupTree.detect()
        for id in found.keys {
            guard let text = try? Files.read(folders.bundle(id) + "/pid", limit: 32),
                let pid = Int32(String(decoding: text, as: UTF8.self).filter(\.isNumber)),
                let facts = ProcessFacts.read(pid), facts.state != UInt8(ascii: "Z"),
                // The pid may be another's by now: a container's process is in a cgroup named by the container's id.
                tree.path(of: pid)?.contains(id) == true
            else { continue }
            found[id]?.pid = pid
            found[id]?.startTime = facts.startTime
        }
        return found
    }
}
