/// One published or exposed port of a list entry.
package struct PortSummary: GoObject {
    package var ip = ""
    package var privatePort = 0
    package var publicPort = 0
    package var type = ""
    package init() {}
    package init(ip: String = "", privatePort: Int, publicPort: Int = 0, type: String) {
        self.ip = ip
        self.privatePort = privatePort
        self.publicPort = publicPort
        self.type = type
    }

    package static let members: GoMembers<Self> = [
        .omitEmpty("IP", \.ip),
        .always("PrivatePort", \.privatePort),
        .omitEmpty("PublicPort", \.publicPort),
        .always("Type", \.type),
    ]
}
