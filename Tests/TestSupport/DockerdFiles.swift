import Linux

/// What a real dockerd of a test is started with: everything of its own beneath one folder, crun, no network.
package enum DockerdFiles {
    package static func arguments(in folder: String) -> [String] {
        [
            "--data-root", folder + "/data", "--exec-root", folder + "/exec", "--host",
            "unix://" + folder + "/docker.sock",
            "--pidfile", folder + "/pid", "--config-file", folder + "/daemon.json", "--bridge=none", "--iptables=false",
            "--ip-masq=false", "--add-runtime", "crun=\(folder)/crun", "--default-runtime", "crun",
        ]
    }

    package static func write(in folder: String) throws {
        try Files.makeFolders(folder)
        try Files.write(folder + "/daemon.json", Array("{}".utf8))
        // crun, but for one wish of the bridge that a host without CAP_SYS_RESOURCE cannot grant: a pause process that the
        // kernel spares (`oom_score_adj` -998).
        let script = """
            #!/bin/sh
            next=
            for argument; do
                [ "$next" ] && sed -i 's/"oomScoreAdj":-[0-9]*/"oomScoreAdj":\(try DaemonRights.read().lowestOOMScore)/' \
                    "$argument/config.json"
                next=; [ "$argument" = --bundle ] && next=yes
            done
            exec /usr/bin/crun "$@"
            """
        try Files.write(folder + "/crun", Array(script.utf8), mode: 0o755)
    }
}
