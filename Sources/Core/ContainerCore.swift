package import Faults
package import OCI

/// The container core: images, container life, exec and figures. One protocol for the core in process and, later, for
/// the core behind a socket, so that every stage of the history drives the same bed.
///
/// Every call is safe to repeat after a crash of the caller. Ids are 64 hexadecimal digits; where an `id` parameter is
/// taken, only the whole id is accepted: prefixes and names are the front ends' affair (`find`).
package protocol ContainerCore: Sendable {
    // Images.
    func images() async throws(OxbowError) -> [ImageRecord]
    /// By image id (`sha256:…` or bare hex), reference or unique hex prefix of an id; nil when absent.
    func image(_ name: String) async throws(OxbowError) -> ImageRecord?
    /// Reads a docker-archive or OCI layout tar (any compression) from a file on this host.
    func importImages(fromFile path: String, progress: @escaping @Sendable (ImportProgress) -> Void)
        async throws(OxbowError) -> [ImportedImage]
    /// Pulls from a registry; concurrent pulls of one reference are done once.
    func pull(
        _ reference: Reference, credentials: RegistryCredentials?, progress: @escaping @Sendable (PullProgress) -> Void
    ) async throws(OxbowError) -> ImageRecord
    func tag(_ image: Digest, as reference: Reference) async throws(OxbowError)
    /// Takes one name away; the image itself goes with its last name when `keepingUntagged` is false.
    func untag(_ reference: Reference, keepingUntagged: Bool) async throws(OxbowError)
    /// Removes the image with all its names; missing is fine. - Throws: `.wrongState` while a container uses it.
    func removeImage(_ image: Digest) async throws(OxbowError)
    func imageFilesystem() async throws(OxbowError) -> FilesystemFigures

    // Containers.
    /// Reserves the name, writes the record and prepares the root file system. State: `.created`.
    /// - Throws: `.taken` with the holder's id in the message when the name is in use; `.missing` for an unknown image.
    func create(_ spec: ContainerSpec) async throws(OxbowError) -> ContainerRecord
    /// Runs the container. A failed start leaves state `.created` with `startError` set, and throws.
    /// - Parameter beforeStart: runs once the process exists but has not begun, so that an attached client misses nothing.
    func start(_ id: String, beforeStart: @escaping @Sendable () async -> Void) async throws(OxbowError)
    /// Sends a signal to the container's first process. - Throws: `.wrongState` when it does not run.
    func signal(_ id: String, _ signal: Int32) async throws(OxbowError)
    /// Stop signal, up to `grace`, then SIGKILL; returns when the process is gone and the exit is recorded. Idempotent.
    /// For a `.pod` network this also detaches the network.
    func stop(_ id: String, grace: Duration) async throws(OxbowError)
    /// Takes a container away with everything it had. - Throws: `.wrongState` while it runs, unless `force`. Missing is fine.
    func remove(_ id: String, force: Bool) async throws(OxbowError)
    func container(_ id: String) async -> ContainerRecord?
    func containers() async -> [ContainerRecord]
    /// The record once the container has exited (returns at once when it already has). - Throws: `.missing`.
    func exit(of id: String) async throws(OxbowError) -> ContainerRecord
    func updateResources(_ id: String, _ resources: ResourceLimits) async throws(OxbowError)
    func reopenLog(_ id: String) async throws(OxbowError)
    /// Replaces the front end's own document.
    func updateExtension(_ id: String, _ document: String) async throws(OxbowError)
    func rename(_ id: String, to name: String) async throws(OxbowError)
    /// The document (`config.json`) with which a container was last started; nil when it never was. - Throws: `.missing`.
    func runtimeDocument(_ id: String) async throws(OxbowError) -> String?

    // Streams.
    /// Connects to a created (with `beforeStart`) or running container's output and input.
    func attach(_ id: String, input: Bool) async throws(OxbowError) -> ProcessStreams
    /// Tells a running container's terminal its size in characters. - Throws: `.wrongState` when it does not run,
    /// `.unsupported` when it has no terminal.
    func resizeTerminal(_ id: String, width: UInt16, height: UInt16) async throws(OxbowError)
    /// Starts a program in a running container.
    func exec(_ id: String, _ spec: ExecSpec) async throws(OxbowError) -> ExecProcess

    // Figures.
    func statistics(_ id: String) async throws(OxbowError) -> ContainerStatistics
    func networkProblem() async -> String?
    func facts() async -> CoreFacts
    /// What has changed: every state change of a container, in order, from the moment of the call.
    func events() -> AsyncStream<CoreEvent>
}
