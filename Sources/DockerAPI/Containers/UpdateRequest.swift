/// Body of `POST /containers/{id}/update`; 0, "" and nil leave a limit as it is.
package struct UpdateRequest: GoObject {
    package var resources = Resources()
    package var restartPolicy = RestartPolicy()
    package init() {}
    package static let members: GoMembers<Self> = [
        .embedding(\.resources), .always("RestartPolicy", \.restartPolicy),
    ]
}
