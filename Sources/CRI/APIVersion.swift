/// Which package name the client used. The messages are the same on the wire.
package enum APIVersion: String, Sendable, CaseIterable {
    case v1 = "runtime.v1"
    case v1alpha2 = "runtime.v1alpha2"
}
