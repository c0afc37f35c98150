/// Body of `POST /containers/{id}/exec`.
package struct ExecCreateRequest: GoObject {
    package var user = ""
    package var privileged = false
    package var tty = false
    package var attachStdin = false
    package var attachStderr = false
    package var attachStdout = false
    package var detach = false
    package var detachKeys = ""
    package var env: [String]?
    package var workingDir = ""
    package var cmd: Words?
    /// Height and width; from 1.42.
    package var consoleSize: [UInt32]?
    package init() {}

    package static let members: GoMembers<Self> = [
        .always("User", \.user),
        .always("Privileged", \.privileged),
        .always("Tty", \.tty),
        .always("AttachStdin", \.attachStdin),
        .always("AttachStderr", \.attachStderr),
        .always("AttachStdout", \.attachStdout),
        .always("Detach", \.detach),
        .always("DetachKeys", \.detachKeys),
        .always("Env", \.env),
        .always("WorkingDir", \.workingDir),
        .always("Cmd", \.cmd),
        .omitEmpty("ConsoleSize", \.consoleSize),
    ]
}
