import FoundationEssentials
import NIOCore

/// Credentials for a registry, as `X-Registry-Auth` carries them: base64url of this JSON.
package struct AuthConfig: GoObject {
    package var username = ""
    package var password = ""
    package var auth = ""
    package var serverAddress = ""
    package var identityToken = ""
    package var registryToken = ""
    package init() {}

    package static let members: GoMembers<Self> = [
        .omitEmpty("username", \.username),
        .omitEmpty("password", \.password),
        .omitEmpty("auth", \.auth),
        .omitEmpty("serveraddress", \.serverAddress),
        .omitEmpty("identitytoken", \.identityToken),
        .omitEmpty("registrytoken", \.registryToken),
    ]
}

extension AuthConfig {
    /// Both base64 alphabets are read, with or without padding.
    /// - Returns: nil for what is no base64 of a JSON object; Docker then acts as if there were no credentials.
    package init?(header: String) {
        var standard = header.replacing("-", with: "+").replacing("_", with: "/")
        standard += String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
        guard let bytes = Data(base64Encoded: standard),
            let config = try? JSONDecoder().decode(Self.self, from: bytes)
        else { return nil }
        self = config
    }

    /// URL alphabet with padding, over the JSON and Go's line end.
    package func header() throws(JSONFailure) -> String {
        var text = try DockerJSON.encode(self)
        text.writeString("\n")
        return Data(text.readableBytesView).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
    }
}
