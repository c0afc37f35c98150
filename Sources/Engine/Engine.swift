package import Core
import HTTPServer
import Linux
package import Logging

/// A Docker Engine over a container core: answers the REST API's requests. One value for a daemon; copies share state.
///
/// What it adds to the core is Docker's own: names and references, defaults, the texts that clients parse, streams over
/// hijacked connections, events, and containers that remove or restart themselves.
package struct Engine: Sendable {
    let core: any ContainerCore
    let configuration: EngineConfiguration
    let logger: Logger
    let documents = DocumentCache()
    let summaries = SummaryTexts()
    let attaches = AttachTable()
    let execs = ExecTable()
    let events = EventLog()
    let work = LastingWork()
    let restarts = RestartTable()
    let removals = RemovalTable()
    let logs: LogStore
    private var router = Router()

    /// - Parameter logs: the one that the core asks to finish them (`CoreConfiguration.output`); nil for a core that asks
    ///   nobody.
    package init(
        core: any ContainerCore, configuration: EngineConfiguration, logs: LogStore? = nil, logger: Logger
    ) {
        self.core = core
        self.logs = logs ?? LogStore(logger: logger)
        self.configuration = configuration
        self.logger = logger
        // The routes hold a copy made before there were any.
        router = Self.routes(of: self)
    }

    func route(_ request: ServerRequest) -> (handler: Router.Handler, parameters: [String: String])? {
        router.route(request.method, request.path)
    }

    /// Nanoseconds since 1970.
    var now: Int64 { Timestamp.now().nanoseconds }
}
