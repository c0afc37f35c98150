/// Where the images come from that an endpoint lacks. The executable fills this in with Oxbow's built-in pair.
package protocol ImageSource: Sendable {
    /// Puts the image that a trace knows as `reference` into the registry that answers plain HTTP at `address`
    /// (`127.0.0.1:5000`), under the repository and tag of the reference.
    func push(_ reference: String, toRegistryAt address: String) async throws
}
