/// Decides what the events of a connection mean: the server's or the client's side of it. Called on the event loop.
protocol StreamOwner: AnyObject {
    func connected()
    func handle(_ event: StreamEvent)
    /// Bytes of this stream went out.
    func progressed(_ stream: Int32)
    /// The connection is no more. The last call of all.
    func disconnected(_ failure: HTTP2Failure?)
}
