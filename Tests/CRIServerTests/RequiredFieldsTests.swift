import CRI
import Faults
import GRPC
import NIOCore
import Testing

@testable import CRIServer

/// Requests with all that is required.
enum Filled {
    static let requests: [String: String] = [
        "RunPodSandboxRequest": #"{"config":{"metadata":{"name":"p","namespace":"n","uid":"u"}}}"#,
        "CreateContainerRequest":
            #"{"pod_sandbox_id":"s","config":{"metadata":{"name":"c"},"image":{"image":"i"}},"sandbox_config":{"metadata":{}}}"#,
        "ExecSyncRequest": #"{"container_id":"c","cmd":["true"]}"#,
        "ExecRequest": #"{"container_id":"c","cmd":["true"]}"#,
        "ImageStatusRequest": #"{"image":{"image":"i"}}"#,
        "PullImageRequest": #"{"image":{"image":"i"}}"#,
        "RemoveImageRequest": #"{"image":{"image":"i"}}"#,
    ]
    static let namingSandbox = [
        "StopPodSandboxRequest", "RemovePodSandboxRequest", "PodSandboxStatusRequest", "PodSandboxStatsRequest",
        "PortForwardRequest", "UpdatePodSandboxResourcesRequest",
    ]
    static let namingContainer = [
        "StartContainerRequest", "StopContainerRequest", "RemoveContainerRequest", "ContainerStatusRequest",
        "ContainerStatsRequest", "UpdateContainerResourcesRequest", "ReopenContainerLogRequest", "AttachRequest",
        "CheckpointContainerRequest",
    ]

    static func json(_ type: String) -> String {
        if namingSandbox.contains(type) { return #"{"pod_sandbox_id":"s"}"# }
        if namingContainer.contains(type) { return #"{"container_id":"c"}"# }
        return requests[type] ?? "{}"
    }

    static func request(_ type: String) -> ByteBuffer {
        (try? CRIJSON.bytes(fromJSON: json(type), type: type)) ?? ByteBuffer(string: "not encodable")
    }
}

@Suite struct RequiredFieldsTests {
    private func problem(_ type: String, _ json: String) throws -> OxbowError? {
        let message = try #require(CRISchema.message(type))
        do {
            try RequiredFields.check(message.init(decoding: CRIJSON.bytes(fromJSON: json, type: type)))
            return nil
        } catch {
            return error
        }
    }

    @Test("a request with all that is required passes", arguments: CRISchema.calls.map { $0.request.name })
    func complete(_ type: String) throws {
        #expect(try problem(type, Filled.json(type)) == nil)
    }

    @Test("an empty request names the field that it lacks first", arguments: CRISchema.calls.map { $0.request.name })
    func empty(_ type: String) throws {
        let expected: String? =
            if Filled.namingSandbox.contains(type) {
                "pod_sandbox_id: required"
            } else if Filled.namingContainer.contains(type) {
                "container_id: required"
            } else {
                switch type {
                case "RunPodSandboxRequest": "config: required"
                case "CreateContainerRequest": "pod_sandbox_id: required"
                case "ExecSyncRequest", "ExecRequest": "container_id: required"
                case "ImageStatusRequest", "PullImageRequest", "RemoveImageRequest": "image: required"
                default: nil
                }
            }
        let problem = try problem(type, "{}")
        #expect(problem?.message == expected)
        #expect(problem == nil || problem?.kind == .badRequest)
    }

    @Test(
        "each required field is named by its path",
        arguments: [
            ("RunPodSandboxRequest", #"{"config":{}}"#, "config.metadata"),
            ("RunPodSandboxRequest", #"{"config":{"metadata":{}}}"#, "config.metadata.name"),
            ("RunPodSandboxRequest", #"{"config":{"metadata":{"name":"p"}}}"#, "config.metadata.namespace"),
            ("RunPodSandboxRequest", #"{"config":{"metadata":{"name":"p","namespace":"n"}}}"#, "config.metadata.uid"),
            ("CreateContainerRequest", #"{"pod_sandbox_id":"s"}"#, "config"),
            ("CreateContainerRequest", #"{"pod_sandbox_id":"s","config":{}}"#, "config.metadata"),
            ("CreateContainerRequest", #"{"pod_sandbox_id":"s","config":{"metadata":{}}}"#, "config.metadata.name"),
            ("CreateContainerRequest", #"{"pod_sandbox_id":"s","config":{"metadata":{"name":"c"}}}"#, "config.image"),
            (
                "CreateContainerRequest", #"{"pod_sandbox_id":"s","config":{"metadata":{"name":"c"},"image":{}}}"#,
                "config.image.image"
            ),
            (
                "CreateContainerRequest",
                #"{"pod_sandbox_id":"s","config":{"metadata":{"name":"c"},"image":{"image":"i"}}}"#, "sandbox_config"
            ),
            (
                "CreateContainerRequest",
                #"{"pod_sandbox_id":"s","config":{"metadata":{"name":"c"},"image":{"image":"i"}},"sandbox_config":{}}"#,
                "sandbox_config.metadata"
            ),
            ("ExecSyncRequest", #"{"container_id":"c"}"#, "cmd"), ("ExecRequest", #"{"container_id":"c"}"#, "cmd"),
            ("ImageStatusRequest", #"{"image":{}}"#, "image.image"),
            ("PullImageRequest", #"{"image":{}}"#, "image.image"),
            ("RemoveImageRequest", #"{"image":{}}"#, "image.image"),
        ])
    func missing(_ type: String, _ json: String, _ field: String) throws {
        #expect(try problem(type, json)?.message == "\(field): required")
    }
}
