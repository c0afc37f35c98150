import DockerAPI

/// The levels of Docker's API that this engine speaks.
enum EngineAPI {
    /// Docker CLI and docker-py go back to 1.24 at most, and dockershim asks for 1.40; below 1.24 errors are plain text
    /// and requests have other shapes.
    static let minimum = APIVersion(1, 24)
    /// Docker 23.0's level: the least that today's cri-dockerd accepts, while dockershim, docker CLI 28 and docker-py
    /// negotiate down to it. What it changes against 20.10's 1.41 is done where the request's version is asked:
    /// `multiplexed-stream` content types, `signal` on stop and restart, refusal of unknown wait conditions,
    /// `ConsoleSize` of execs, `CreateMountpoint`, and the ping's `Builder-Version` and `Swarm`.
    static let maximum = APIVersion.v1_42
}
