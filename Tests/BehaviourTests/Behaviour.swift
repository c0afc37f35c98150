import TestSupport
import Testing

/// What the CRI asks of a runtime, asked of every stage: each behaviour once, in an extension a topic.
///
/// Daemons are the built `oxbow` executable, one set a stage for the whole run, with all tests at once upon them.
@Suite("CRI behaviour", .stages, .enabled(if: Host.canRunContainers, "\(Host.containerProblem ?? "")"))
enum Behaviour {}
