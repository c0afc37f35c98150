/// A line of a pull, push, load or build: what is going on, or why it ended.
package struct ProgressMessage: GoObject {
    package struct Detail: GoObject {
        package var current: Int64 = 0
        package var total: Int64 = 0
        package init() {}
        package init(current: Int64, total: Int64) {
            self.current = current
            self.total = total
        }
        package static let members: GoMembers<Self> = [.omitEmpty("current", \.current), .omitEmpty("total", \.total)]
    }
    package struct Failure: GoObject {
        package var code = 0
        package var message = ""
        package init() {}
        package static let members: GoMembers<Self> = [.omitEmpty("code", \.code), .omitEmpty("message", \.message)]
    }

    package var stream = ""
    package var status = ""
    package var progressDetail: Detail?
    /// The bar, drawn; clients before 29 show it.
    package var progress = ""
    /// What `status` is about: the tag, or a layer in 12 digits.
    package var id = ""
    package var errorDetail: Failure?
    /// The same as in `errorDetail`: docker-py looks here.
    package var error = ""
    package init() {}
    package init(status: String, id: String = "", detail: Detail? = nil) {
        self.status = status
        self.id = id
        progressDetail = detail
    }
    package init(stream: String) { self.stream = stream }
    package init(error: String, code: Int = 0) {
        self.error = error
        var failure = Failure()
        failure.code = code
        failure.message = error
        errorDetail = failure
    }

    package static let members: GoMembers<Self> = [
        .omitEmpty("stream", \.stream),
        .omitEmpty("status", \.status),
        .omitEmpty("progressDetail", \.progressDetail),
        .omitEmpty("progress", \.progress),
        .omitEmpty("id", \.id),
        .omitEmpty("errorDetail", \.errorDetail),
        .omitEmpty("error", \.error),
    ]
}
