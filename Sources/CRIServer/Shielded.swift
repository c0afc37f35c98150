/// Runs `body` to its end even when the caller's task is cancelled: for taking back what a call had begun that its client
/// gave up.
///
/// The front ends' one `Task`: Swift knows no other way to keep a cancellation from a callee. The caller waits for it, so
/// it never outlives the call that owns it.
package func shielded<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) async -> Value {
    await Task { await body() }.value
}
