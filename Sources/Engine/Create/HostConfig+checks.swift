import DockerAPI
import Faults

extension HostConfig {
    /// Refuses what contradicts itself, in Docker's words, and what this engine does not do, in its own.
    /// - Returns: warnings for the client: what is passed over without harm.
    func check(config: ContainerConfig, network: NetworkMode, host: HostTraits) throws(OxbowError) -> [String] {
        try checkContradictions(config: config, network: network)
        try checkSupport(config: config, host: host)
        try resources.check(cpus: host.cpus)
        return warnings(config: config, network: network)
    }

    private func checkContradictions(config: ContainerConfig, network: NetworkMode) throws(OxbowError) {
        func refuse(_ message: String) -> OxbowError { OxbowError(.badRequest, message) }
        if !config.workingDir.isEmpty, !config.workingDir.hasPrefix("/") {
            throw refuse("the working directory '\(config.workingDir)' is invalid, it needs to be an absolute path")
        }
        switch restartPolicy.name {
        case "", "no", "always", "unless-stopped":
            if restartPolicy.maximumRetryCount != 0 {
                throw refuse("maximum retry count cannot be used with restart policy '\(restartPolicy.name)'")
            }
        case "on-failure":
            if restartPolicy.maximumRetryCount < 0 { throw refuse("maximum retry count cannot be negative") }
        default: throw refuse("invalid restart policy '\(restartPolicy.name)'")
        }
        if autoRemove, !["", "no"].contains(restartPolicy.name) {
            throw refuse("can't create 'AutoRemove' container with restart policy")
        }
        if utsMode == "host", !config.hostname.isEmpty {
            throw refuse("conflicting options: hostname and the UTS mode")
        }
        guard ["", "host"].contains(utsMode) else { throw refuse("invalid UTS mode: \(utsMode)") }
        guard ["", "private", "host"].contains(cgroupnsMode) else {
            throw refuse("invalid cgroup namespace mode: \(cgroupnsMode)")
        }
        guard (-1000...1000).contains(oomScoreAdj) else {
            throw refuse("Invalid value \(oomScoreAdj), range for oom score adj is [-1000, 1000]")
        }
        if case .container(let target) = network {
            if target.isEmpty { throw refuse("invalid network mode: invalid container format container:<name|id>") }
            if !config.hostname.isEmpty { throw refuse("conflicting options: hostname and the network mode") }
            if !(links ?? []).isEmpty { throw refuse("conflicting options: links and the network mode") }
            if !(dns ?? []).isEmpty { throw refuse("conflicting options: dns and the network mode") }
            if !(extraHosts ?? []).isEmpty {
                throw refuse("conflicting options: custom host-to-IP mapping and the network mode")
            }
            if publishAllPorts || !(portBindings ?? [:]).isEmpty {
                throw refuse("conflicting options: port publishing and the container type network mode")
            }
            if !(config.exposedPorts ?? [:]).isEmpty {
                throw refuse("conflicting options: port exposing and the container type network mode")
            }
        }
        if network != .bridge, !config.macAddress.isEmpty {
            throw refuse("conflicting options: mac-address and the network mode")
        }
    }

    private func checkSupport(config: ContainerConfig, host: HostTraits) throws(OxbowError) {
        func refuse(_ what: String) -> OxbowError { OxbowError(.unsupported, "\(what): not supported by this engine") }
        if !(volumesFrom ?? []).isEmpty { throw refuse("volumes from other containers") }
        if !(links ?? []).isEmpty { throw refuse("links between containers") }
        if !volumeDriver.isEmpty, volumeDriver != "local" { throw refuse("volume driver (\(volumeDriver))") }
        if !(storageOpt ?? [:]).isEmpty { throw refuse("storage options") }
        if !(resources.deviceRequests ?? []).isEmpty { throw refuse("device requests") }
        if !(resources.deviceCgroupRules ?? []).isEmpty { throw refuse("device cgroup rules") }
        if !["", "host"].contains(usernsMode) { throw refuse("user namespaces (\(usernsMode))") }
        if !["", "default"].contains(isolation) { throw refuse("isolation (\(isolation))") }
        if !(capabilities ?? []).isEmpty { throw refuse("whole capability sets") }
        if !config.macAddress.isEmpty { throw refuse("MAC addresses chosen by the client") }
        if ipcMode == "none" { throw refuse("IPC mode (none)") }
        if initProcess == true, !host.hasInit { throw refuse("an init in front of the process on this host") }
        if host.runtimes[runtime] == nil {
            throw OxbowError(.badRequest, "Unknown runtime specified \(runtime)")
        }
        switch logConfig.type {
        case "none": break
        case "json-file": _ = try LogOptions(logConfig)
        default: throw OxbowError(.badRequest, "logger: no log driver named '\(logConfig.type)' is registered")
        }
    }

    private func warnings(config: ContainerConfig, network: NetworkMode) -> [String] {
        var warnings: [String] = []
        if network == .host, !(portBindings ?? [:]).isEmpty {
            warnings.append("Published ports are discarded when using host network mode")
        }
        let probe = config.healthcheck?.test ?? []
        if !probe.isEmpty, probe != ["NONE"] { warnings.append("Health checks are not run by this engine") }
        return warnings + resources.warnings
    }
}
