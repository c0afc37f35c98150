package import Faults
package import Linux
package import NIOCore
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
    /// Asks the registry that credentials are for whether it takes them. - Throws: `.denied`, `.runtimeDown`.
    func checkCredentials(_ credentials: RegistryCredentials) async throws(OxbowError)
    func tag(_ image: Digest, as reference: Reference) async throws(OxbowError)
    /// Takes one name away; the image itself goes with its last name when `keepingUntagged` is false.
    func untag(_ reference: Reference, keepingUntagged: Bool) async throws(OxbowError)
    /// Removes the image with all its names; missing is fine. - Throws: `.wrongState` while a container uses it.
    func removeImage(_ image: Digest) async throws(OxbowError)
    /// What images take on disk: layers, documents, and what is on its way in.
    func imageFilesystem() async throws(OxbowError) -> FilesystemFigures
    /// What all containers' writable layers take on disk; at most `ContainerUsage.lifetime` old.
    func containerFilesystem() async throws(OxbowError) -> FilesystemFigures
    /// The image's configuration document, byte for byte. - Throws: `.missing`.
    func imageConfiguration(_ image: Digest) async throws(OxbowError) -> ByteBuffer

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
    /// Which containers there are and in what state, oldest first: what a list needs that is asked for every second.
    func briefs() async -> [ContainerBrief]
    /// The record once the container has exited (returns at once when it already has). - Throws: `.missing`.
    func exit(of id: String) async throws(OxbowError) -> ContainerRecord
    func updateResources(_ id: String, _ resources: ResourceLimits) async throws(OxbowError)
    /// After the log was renamed: output goes to a new file at `logPath`, and when this returns no more comes into the old
    /// one. A log that was not renamed is left as it is. - Throws: `.missing`; `.wrongState` when it does not run or the
    /// new file cannot be made.
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
    /// - Throws: `.missing`.
    func statistics(_ id: String) async throws(OxbowError) -> ContainerStatistics
    /// Of many containers at once, by id; one that is gone by then is left out.
    func statistics(of ids: [String]) async throws(OxbowError) -> [String: ContainerStatistics]
    /// Of everything beneath the cgroup that a container's own cgroup lies in; nil when there is no such cgroup.
    func parentStatistics(_ id: String) async throws(OxbowError) -> ContainerStatistics?
    /// Of the network that the container's process is in, without the loopback; none when it does not run.
    func interfaces(_ id: String) async throws(OxbowError) -> [InterfaceCounters]
    func networkProblem() async -> String?
    func facts() async -> CoreFacts
    /// What has changed: every state change of a container, in order, from the moment of the call. Ends with the core,
    /// or when the listener falls `EventBroadcast.backlog` changes behind.
    func events() -> CoreEvents
}
