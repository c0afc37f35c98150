import CDI
import CRI
import CRIServer
import Core
import Faults
import Linux
import OCI

/// What a container's configuration names and must be read before it can be specified: profiles, devices, images.
struct GatheredFacts: Sendable {
    var seccomp = SeccompSpec.unconfined
    /// "": none.
    var appArmor = ""
    var devices = ContainerEdits()
    /// The images of image volumes, by their place among the mounts.
    var volumeImages: [Int: Digest] = [:]
}

extension DirectCRI {
    /// - Throws: `.badRequest` for a profile that cannot be read, `.missing` for an unknown device or image, and
    ///   `.unsupported` for a profile of a security module that this host has not.
    func gather(_ config: ContainerConfig, api: APIVersion) async throws(OxbowError) -> GatheredFacts {
        var facts = GatheredFacts()
        for (index, mount) in config.mounts.enumerated() {
            guard let name = mount.image?.image else { continue }
            guard let image = try await core.image(name) else {
                throw OxbowError(.missing, "config.mounts.image: not found (\(name))")
            }
            facts.volumeImages[index] = image.id
        }
        let security = config.linux?.securityContext
        let seccomp = SeccompChoice(security?.seccomp, path: security?.seccompProfilePath ?? "", api: api)
        let appArmor = AppArmorChoice(security?.apparmor, name: security?.apparmorProfile ?? "")
        let names = DeviceEdits.names(config)
        let registry = configuration.devices
        let found: (SeccompSpec, String, ContainerEdits)
        do {
            found = try await blocking {
                (try seccomp.spec(), try appArmor.profile(), try registry.edits(for: names))
            }
        } catch let error as OxbowError {
            throw error
        } catch {
            throw OxbowError(.ours, "container: its profiles cannot be read", origin: error)
        }
        (facts.seccomp, facts.appArmor, facts.devices) = found
        return facts
    }
}
