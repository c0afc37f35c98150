/// The body of every error answer: `{"message":"No such container: x"}`.
package struct ErrorResponse: GoObject {
    package var message = ""
    package init() {}
    package init(_ message: String) { self.message = message }
    package static let members: GoMembers<Self> = [.always("message", \.message)]
}
