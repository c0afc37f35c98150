package import Linux

/// The monitor's command line.
///
/// conmon 2.1.6. `--sync` keeps it our direct child (one fork less, and its pid is known at once); it makes a session and
/// becomes a subreaper by itself. `--full-attach` puts the attach socket into the bundle folder under its short name.
/// `--no-sync-log`: output is not worth an fsync at each exit, which would delay the exit code.
package enum MonitorCommand {
    /// The descriptor on which the monitor reports, as `_OCI_SYNCPIPE` tells it.
    package static let reportDescriptor: Int32 = 3

    package static func make(
        conmon: String, runtime: String, order: LaunchOrder, folders: CoreFolders, report: Int32
    ) -> Command {
        let bundle = folders.bundle(order.id)
        var arguments = [
            "--sync", "--api-version", "1", "-c", order.id, "-u", order.id, "-n",
            order.name.isEmpty ? order.id : order.name,
            "-r", runtime, "-b", bundle, "-p", bundle + "/pid", "--exit-dir", folders.exits, "--full-attach",
            "--no-sync-log", "--log-level", "error", "--runtime-arg", "--root=" + folders.runtime(order.handler),
            "-l", order.logPath.isEmpty ? "off" : "k8s-file:" + order.logPath,
        ]
        if let bytes = order.logBytes, bytes > 0 { arguments += ["--log-size-max", String(bytes)] }
        if order.terminal { arguments.append("-t") }
        if order.input { arguments.append("-i") }
        if order.keepInputOpen { arguments.append("--leave-stdin-open") }
        return Command(
            conmon, arguments, environment: [Command.path, "_OCI_SYNCPIPE=\(reportDescriptor)"],
            // Where the monitor leaves its `oom` file.
            workingDirectory: bundle, newSession: true,
            descriptors: [reportDescriptor: report])
    }
}
