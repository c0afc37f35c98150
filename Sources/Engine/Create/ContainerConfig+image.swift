import DockerAPI
import Faults
import OCI

extension ContainerConfig {
    /// Fills in from the image what the client left open, by Docker's rules: sets are united and the client's element
    /// wins; a given entrypoint hides the image's command too.
    /// - Throws: `.badRequest` when nothing remains to be run.
    func merged(with image: ImageConfig) throws(OxbowError) -> ContainerConfig {
        var config = self
        if user.isEmpty { config.user = image.user }
        if workingDir.isEmpty { config.workingDir = image.workingDirectory }
        if stopSignal.isEmpty { config.stopSignal = image.stopSignal }

        let own = Set((env ?? []).map(Self.variable))
        let environment = (env ?? []) + image.environment.filter { !own.contains(Self.variable($0)) }
        config.env = environment.isEmpty ? env : environment
        config.labels = image.labels.merging(labels ?? [:]) { _, own in own }
        if !image.exposedPorts.isEmpty {
            config.exposedPorts = [String: GoEmpty](setOf: image.exposedPorts).merging(exposedPorts ?? [:]) { _, own in
                own
            }
        }
        if !image.volumes.isEmpty {
            config.volumes = [String: GoEmpty](setOf: image.volumes).merging(volumes ?? [:]) { _, own in own }
        }

        if (entrypoint?.list ?? []).isEmpty {
            if (cmd?.list ?? []).isEmpty { config.cmd = image.command.isEmpty ? nil : Words(image.command) }
            if entrypoint == nil { config.entrypoint = image.entrypoint.isEmpty ? nil : Words(image.entrypoint) }
        }
        if config.entrypoint?.list == [""] { config.entrypoint = nil }
        guard !config.arguments.isEmpty else { throw OxbowError(.badRequest, "No command specified") }
        return config
    }

    /// What is run: entrypoint and command in one.
    var arguments: [String] { (entrypoint?.list ?? []) + (cmd?.list ?? []) }

    private static func variable(_ entry: String) -> Substring { entry.prefix { $0 != "=" } }

    /// What the process sees: a path, its host's name and its terminal's kind unless the client says otherwise, and
    /// nothing that the client asked to be taken away (`K` without a value).
    /// - Throws: `.badRequest` for an entry without a name.
    func processEnvironment() throws(OxbowError) -> [String] {
        var values: [(name: Substring, entry: String)] = [
            ("PATH", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
            ("HOSTNAME", "HOSTNAME=\(hostname)"),
        ]
        if tty { values.append(("TERM", "TERM=xterm")) }
        for entry in env ?? [] {
            let name = Self.variable(entry)
            guard !name.isEmpty else { throw OxbowError(.badRequest, "invalid environment variable: \(entry)") }
            values.removeAll { $0.name == name }
            if entry.contains("=") { values.append((name, entry)) }
        }
        return values.map(\.entry)
    }
}
