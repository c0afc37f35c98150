/// Answer of `POST /containers/{id}/wait`.
package struct WaitResponse: GoObject {
    package struct Failure: GoObject {
        package var message = ""
        package init() {}
        package init(_ message: String) { self.message = message }
        package static let members: GoMembers<Self> = [.always("Message", \.message)]
    }
    package var error: Failure?
    package var statusCode: Int64 = 0
    package init() {}
    package init(statusCode: Int64, error: Failure? = nil) {
        self.statusCode = statusCode
        self.error = error
    }

    package static let members: GoMembers<Self> = [.always("Error", \.error), .always("StatusCode", \.statusCode)]
}
