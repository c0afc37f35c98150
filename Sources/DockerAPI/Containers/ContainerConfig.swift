/// What a container runs, independent of the host: Go's `container.Config`. Also the `Config` of an image.
package struct ContainerConfig: GoObject {
    package var hostname = ""
    package var domainname = ""
    /// `uid|name[:gid|group]`
    package var user = ""
    package var attachStdin = false
    package var attachStdout = false
    package var attachStderr = false
    /// `80/tcp`, as keys.
    package var exposedPorts: [String: GoEmpty]?
    package var tty = false
    package var openStdin = false
    package var stdinOnce = false
    /// `K=V`; a bare `K` takes an image's variable away.
    package var env: [String]?
    /// nil: the image's.
    package var cmd: Words?
    package var healthcheck: HealthConfig?
    package var argsEscaped = false
    package var image = ""
    /// Container paths, as keys.
    package var volumes: [String: GoEmpty]?
    package var workingDir = ""
    /// nil: the image's; `[""]`: none, not even the image's.
    package var entrypoint: Words?
    package var networkDisabled = false
    package var macAddress = ""
    package var onBuild: [String]?
    package var labels: [String: String]?
    package var stopSignal = ""
    /// Seconds.
    package var stopTimeout: Int?
    package var shell: Words?
    package init() {}

    package static let members: GoMembers<Self> = [
        .always("Hostname", \.hostname),
        .always("Domainname", \.domainname),
        .always("User", \.user),
        .always("AttachStdin", \.attachStdin),
        .always("AttachStdout", \.attachStdout),
        .always("AttachStderr", \.attachStderr),
        .omitEmpty("ExposedPorts", \.exposedPorts),
        .always("Tty", \.tty),
        .always("OpenStdin", \.openStdin),
        .always("StdinOnce", \.stdinOnce),
        .always("Env", \.env),
        .always("Cmd", \.cmd),
        .omitEmpty("Healthcheck", \.healthcheck),
        .omitEmpty("ArgsEscaped", \.argsEscaped),
        .always("Image", \.image),
        .always("Volumes", \.volumes),
        .always("WorkingDir", \.workingDir),
        .always("Entrypoint", \.entrypoint),
        .omitEmpty("NetworkDisabled", \.networkDisabled),
        .omitEmpty("MacAddress", \.macAddress),
        .always("OnBuild", \.onBuild),
        .always("Labels", \.labels),
        .omitEmpty("StopSignal", \.stopSignal),
        .omitEmpty("StopTimeout", \.stopTimeout),
        .omitEmpty("Shell", \.shell),
    ]
}
