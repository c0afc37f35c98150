import NIOHTTP1

/// An answer whose status none of `OxbowError`'s kinds has: "not modified", a start that failed, a redirection.
struct Refusal: Error, Sendable {
    let status: HTTPResponseStatus
    let message: String

    init(_ status: HTTPResponseStatus, _ message: String = "") {
        self.status = status
        self.message = message
    }
}
