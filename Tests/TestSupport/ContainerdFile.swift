/// The configuration of a real containerd of a test: everything of its own beneath one folder, crun as its runtime.
package enum ContainerdFile {
    /// - Parameters:
    ///   - socket: where it serves the CRI and its own API.
    ///   - networks: the folder of CNI configurations.
    package static func text(folder: String, socket: String, networks: String) -> String {
        """
        version = 2
        root = "\(folder)/root"
        state = "\(folder)/state"
        [grpc]
          address = "\(socket)"
        [plugins."io.containerd.grpc.v1.cri"]
          sandbox_image = "localhost/pause:1"
          restrict_oom_score_adj = true
          [plugins."io.containerd.grpc.v1.cri".cni]
            bin_dir = "/usr/lib/cni"
            conf_dir = "\(networks)"
          [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
            runtime_type = "io.containerd.runc.v2"
            [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
              BinaryName = "/usr/bin/crun"

        """
    }
}
