/// Who a network is attached for: what plugins see as CNI_ARGS and capability arguments.
package struct PodIdentity: Sendable, Codable, Equatable {
    /// CNI_CONTAINERID.
    package var id: String
    package var namespace: String
    package var name: String
    package var uid: String
    package init(id: String, namespace: String, name: String, uid: String) {
        self.id = id
        self.namespace = namespace
        self.name = name
        self.uid = uid
    }
}
