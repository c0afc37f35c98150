import NIOHTTP1

/// What Docker has and this engine does not serve: it says so instead of `page not found`.
///
/// From the list of every endpoint of API 1.24 to 1.56. Those of a swarm are answered as a daemon that is in none does.
enum UnservedEndpoints {
    static let swarmless =
        "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to "
        + "swarm and try again."

    static let swarm: [(HTTPMethod, String)] = [
        (.GET, "/configs"), (.POST, "/configs/create"), (.DELETE, "/configs/{id}"), (.GET, "/configs/{id}"),
        (.POST, "/configs/{id}/update"),
        (.GET, "/nodes"), (.DELETE, "/nodes/{id}"), (.GET, "/nodes/{id}"), (.POST, "/nodes/{id}/update"),
        (.GET, "/secrets"), (.POST, "/secrets/create"), (.DELETE, "/secrets/{id}"), (.GET, "/secrets/{id}"),
        (.POST, "/secrets/{id}/update"),
        (.GET, "/services"), (.POST, "/services/create"), (.DELETE, "/services/{id}"), (.GET, "/services/{id}"),
        (.GET, "/services/{id}/logs"), (.POST, "/services/{id}/update"),
        (.GET, "/swarm"), (.POST, "/swarm/init"), (.POST, "/swarm/join"), (.POST, "/swarm/leave"),
        (.POST, "/swarm/unlock"), (.GET, "/swarm/unlockkey"), (.POST, "/swarm/update"),
        (.GET, "/tasks"), (.GET, "/tasks/{id}"), (.GET, "/tasks/{id}/logs"),
    ]

    /// "not supported" in the message makes `docker inspect` look on among other kinds of objects.
    static let others: [(HTTPMethod, String)] = [
        (.POST, "/build"), (.POST, "/build/cancel"), (.POST, "/build/prune"),
        (.GET, "/containers/{id}/checkpoints"), (.POST, "/containers/{id}/checkpoints"),
        (.DELETE, "/containers/{id}/checkpoints/{checkpoint}"),
        (.PUT, "/containers/{id}/archive"),
        (.GET, "/containers/{id}/attach/ws"), (.GET, "/containers/{id}/changes"), (.GET, "/containers/{id}/export"),
        (.POST, "/containers/{id}/pause"), (.POST, "/containers/{id}/unpause"),
        (.GET, "/debug/pprof/{name}"), (.GET, "/debug/vars"), (.GET, "/distribution/{name:.*}/json"),
        (.POST, "/commit"), (.GET, "/images/get"), (.POST, "/images/prune"), (.GET, "/images/search"),
        (.GET, "/images/{name:.*}/attestations"), (.GET, "/images/{name:.*}/get"), (.POST, "/images/{name:.*}/push"),
        (.GET, "/networks"), (.GET, "/networks/"), (.POST, "/networks/create"), (.POST, "/networks/prune"),
        (.DELETE, "/networks/{id}"), (.GET, "/networks/{id}"), (.POST, "/networks/{id}/connect"),
        (.POST, "/networks/{id}/disconnect"),
        (.GET, "/plugins"), (.POST, "/plugins/create"), (.GET, "/plugins/privileges"), (.POST, "/plugins/pull"),
        (.DELETE, "/plugins/{name:.*}"), (.POST, "/plugins/{name:.*}/disable"), (.POST, "/plugins/{name:.*}/enable"),
        (.GET, "/plugins/{name:.*}/json"), (.POST, "/plugins/{name:.*}/push"), (.POST, "/plugins/{name:.*}/set"),
        (.POST, "/plugins/{name:.*}/upgrade"),
        (.POST, "/grpc"), (.POST, "/session"),
        (.GET, "/volumes"), (.POST, "/volumes/create"), (.POST, "/volumes/prune"), (.DELETE, "/volumes/{name}"),
        (.GET, "/volumes/{name}"), (.PUT, "/volumes/{name}"),
    ]
}
