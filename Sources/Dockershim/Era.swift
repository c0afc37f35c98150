import DockerAPI
package import Faults
package import GRPC

/// Which bridge this is: dockershim as kubelet 1.20 had it, faults included, or what the CRI asks for.
///
/// The mapping code is one; it asks the properties below, each of which names one difference. The facts behind them are
/// those of dockershim 1.20.2, read in its recorded traffic (`Traces/dockershim-1.20.2`).
///
/// One difference to the real dockershim stays in `dockershim120`: there a call given up by the kubelet went on inside the
/// bridge, here its REST requests end with it. The recorded kubelet gives no call up.
package enum Era: String, Sendable, CaseIterable {
    case dockershim120 = "1.20"
    case current

    /// The whole of the old bridge is one switch; what differs is named one by one below.
    private var isOld: Bool { self == .dockershim120 }
}

// How errors are told.
extension Era {
    /// Fault: gRPC code UNKNOWN for everything but an ExecSync deadline, so that a client cannot tell "gone" from "broken".
    var answersUnknownForEverything: Bool { isOld }
    /// The Docker client of that time put its own words (`Error: No such container: x`) in place of the daemon's when an
    /// inspect or a removal met a 404.
    var rewordsMissingObjects: Bool { isOld }
    /// Fault: stopping or removing a container that is gone is an error, though the CRI calls both idempotent.
    var failsOnContainersGone: Bool { isOld }
}

extension Era {
    /// The gRPC status of an error that a call of the bridge threw. Errors from elsewhere (a message that cannot be read, an
    /// RPC that is not there) keep their codes, as they did when grpc-go made them.
    package func status(_ error: OxbowError) -> GRPCStatus {
        guard answersUnknownForEverything, let failure = error.origin as? BridgeFailure, !failure.isToldByCode else {
            return GRPCStatus(error)
        }
        return GRPCStatus(.unknown, error.message)
    }
}

// What is asked of the daemon, and how often.
extension Era {
    /// The highest API level asked for. 1.41 brings `one-shot` statistics, which spare a second of waiting a container.
    var highestAPI: APIVersion { isOld ? .v1_40 : .v1_41 }
    /// Waste: what the daemon says about itself is asked for each time: `GET /version` for Version and Status, `GET /info`
    /// for the log driver; before a create the version, kept for a minute, whose answer is not used.
    var asksDaemonEveryTime: Bool { isOld }
    /// Waste: RunPodSandbox, StopPodSandbox and PodSandboxStatus inspect the sandbox anew for each of their steps.
    var inspectsSandboxForEachStep: Bool { isOld }
    /// Waste, and a fault: a container is inspected after every start, also after one that failed, whose error is then
    /// hidden by that of the inspection.
    var inspectsAfterEveryStart: Bool { isOld }
    /// Waste: every ContainerStatus inspects the image, whose names seldom change.
    var inspectsImageForEveryStatus: Bool { isOld }
    /// Waste: an image that does not match as a reference is asked for a second time, to be matched as an id.
    var asksForImagesTwice: Bool { isOld }
    /// Waste: ExecSync, and Exec once its client is there, look whether the container runs before they ask the daemon, which
    /// looks again.
    var inspectsBeforeExec: Bool { isOld }
    /// Waste: ContainerStats makes five calls, one of which waits for two samples; a list makes them one after another.
    var gathersStatsSlowly: Bool { isOld }
}

// What a pod is made of.
extension Era {
    /// Fault: without `linux` in its configuration a sandbox or container lands on Docker's own bridge, outside the pod.
    var needsLinuxConfiguration: Bool { isOld }
    /// Only the empty runtime handler and `docker` are accepted.
    var refusesRuntimeHandlers: Bool { isOld }
    /// Fault: CPU and memory sets are not sent with a create, only with an update.
    var dropsSetsAtCreate: Bool { isOld }
    /// Fault: an update leaves MemorySwap alone, so that Docker refuses to raise a memory limit.
    var leavesSwapAloneInUpdates: Bool { isOld }
    /// Fault: an empty list of masked paths is sent as `null`, for which Docker masks its default ones.
    var masksDefaultsWhenUnmasked: Bool { isOld }
    /// Fields that came after 1.20 are left out: stop signals, swap limits, typed AppArmor profiles, privileged sandboxes.
    var knowsOnlyFieldsOf120: Bool { isOld }
    /// Fault: a container that exists and is stopped is removed when another is created by its name.
    var removesHoldersOfNames: Bool { isOld }
    /// Fault: whether the sandbox exists and is ready is left to Docker, which asks at the start.
    var createsInAnySandbox: Bool { isOld }
    /// Fault: a name conflict is reported even after its cause was removed, and the kubelet has to try again.
    var reportsConflictsItSolved: Bool { isOld }
    /// Fault: what a pod asks for goes to Docker unchecked: its sysctls, ports and user namespace.
    var leavesChecksToDocker: Bool { isOld }
    /// Fault: metadata that is no Docker name is refused by Docker, and one with `_` in it is never found again.
    var takesNamesAsTheyAre: Bool { isOld }
    /// Fault: the profiles for a sandbox's own process are not sent.
    var dropsSandboxProfiles: Bool { isOld }
    /// Fault: calls for sandboxes work on whatever Docker has under that id or name, a container as well.
    var takesAnythingForSandbox: Bool { isOld }
    /// Fault: what a call does goes on or stays half done when the client gives it up.
    var leavesWorkOfCancelledCalls: Bool { isOld }
    /// Fault: the log at the CRI's path is a link to Docker's own file, which no renaming rotates and which is in Docker's
    /// format.
    var linksLogs: Bool { isOld }
    /// Fault: a container without a log path gets the pod's log folder as its own, which no link can replace.
    var takesFolderForLog: Bool { isOld }
    /// Fault: what RunPodSandbox made before it failed is left for the kubelet's garbage collection.
    var leavesFailedSandboxes: Bool { isOld }
    /// Fault: a sandbox whose set-up failed counts as having a network, from a variable shadowed in the source.
    var marksNetworkReadyAfterFailure: Bool { isOld }
    /// Fault: StopPodSandbox stops the pause container alone, and RemovePodSandbox leaves the network of a sandbox that was
    /// never stopped.
    var leavesContainersOfStoppedSandboxes: Bool { isOld }
    /// Fault: the network of a sandbox that nobody knows is undone without a name, which fails where no plugin is configured.
    var undoesNetworksOfUnknownSandboxes: Bool { isOld }
    /// Fault: a command past its deadline goes on running in the container.
    var leavesCommandsRunning: Bool { isOld }
    /// Fault: a command whose client has gone goes on running in the container.
    var leavesCommandsOfGoneClients: Bool { isOld }
    /// Fault: output past the limit fails the call instead of being cut.
    var failsOnLongOutput: Bool { isOld }
    /// Fault: an exec that still runs after five looks, two seconds apart, counts as a success with exit code 0.
    var guessesExitCodes: Bool { isOld }
}

// What answers say.
extension Era {
    /// How a command that failed is told to its client, before its exit code.
    var exitCodePrefix: String { isOld ? "Error executing in Docker Container: " : "exit code " }
    /// Fault: `image_ref` of a status carries a scheme (`docker://`, `docker-pullable://`) that a list's does not.
    var imagePrefixes: (id: String, digest: String) { isOld ? ("docker://", "docker-pullable://") : ("", "") }
    /// Fault: Docker's zero time is written as the nanoseconds that overflow makes of it.
    var overflowsZeroTime: Bool { isOld }
    /// Fault: states in lists come from the words for people (`Up 3 minutes`), not from the state.
    var readsStatesFromWords: Bool { isOld }
    /// Fault: a list calls a container CREATED whose start failed, though its status says EXITED.
    var listsFailedStartsAsCreated: Bool { isOld }
    /// A start that failed is told with Docker's exit code (126, 127 or 128) and the reason that kubelets of the time knew.
    var tellsFailedStartsAsDocker: Bool { isOld }
    /// Fault: a list by sandbox takes the whole id only, which is a label to Docker.
    var comparesWholeSandboxIDs: Bool { isOld }
    /// A pod has one address, even where the plugins gave it one of each family.
    var tellsOneAddress: Bool { isOld }
    /// Fault: labels whose keys mean something to the bridge are lost, and labels of the image are told as the client's.
    var losesLabels: Bool { isOld }
    /// Fault: a pod-wide PID namespace is told as each container's own.
    var forgetsPIDMode: Bool { isOld }
    /// Fault: the working set is read from a member that only Windows fills.
    var reportsNoWorkingSet: Bool { isOld }
    /// Fault: ImageRef of a pull is the repository's digest, not the image's id.
    var answersPullsWithDigest: Bool { isOld }
    /// Fault: credentials for another registry are used all the same.
    var ignoresServerAddress: Bool { isOld }
    /// Fault: RemoveImage knows ids only; for a tag or digest it reports success and does nothing.
    var removesByIdOnly: Bool { isOld }
    /// Fault: ImageFsInfo adds up the daemon's image metadata, in which the layers are not, and tells the time in seconds.
    var measuresImageMetadata: Bool { isOld }
    /// An image list's filter is Docker's glob over names alone: an id matches nothing, and an image is shown with those
    /// of its names that match. Images without a name have Docker's words for it.
    var filtersImagesByNameOnly: Bool { isOld }
    /// Image sizes come from `VirtualSize`, which newer daemons no longer send.
    var readsVirtualSizes: Bool { isOld }
    /// RPCs and fields that came after 1.20 are unknown: RuntimeConfig, runtime handlers, image ids, verbose answers.
    var answersOnlyWhat120Knew: Bool { isOld }
}
