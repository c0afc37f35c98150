package import CDI
package import CNI
import CRIServer
package import CRIStreaming
package import Core

package import Logging

/// The direct path: CRI calls answered over the container core, with no Docker REST anywhere.
///
/// A pod sandbox and a container are both containers of the core; what the CRI adds to them (metadata, labels,
/// annotations, the configuration as asked for) travels in the core's extension document, so the core's own recovery
/// is all the recovery there is.
package final class DirectCRI: EncodedLists {
    package struct Configuration: Sendable {
        /// The image whose process holds a sandbox's namespaces.
        package var pauseImage: String
        /// What `Version` reports.
        package var runtimeVersion: String
        /// Where CDI devices are described.
        package var devices = DeviceRegistry()
        /// Filled in when a kubelet tells the pod CIDR.
        package var networkTemplate: NetworkTemplate?

        package init(
            pauseImage: String = "localhost/pause:1", runtimeVersion: String, networkTemplate: NetworkTemplate? = nil
        ) {
            self.networkTemplate = networkTemplate
            self.pauseImage = pauseImage
            self.runtimeVersion = runtimeVersion
        }
    }

    let core: any ContainerCore
    let configuration: Configuration
    let logger: Logger
    let documents = DocumentTable()
    /// nil: Exec, Attach and PortForward are not served.
    let streaming: StreamingServer?
    let entries = ListEntryTable()
    /// By container id, and by `pod/` and a sandbox's id.
    let rates = UsageRates()
    let transitions = SandboxTransitions()

    package init(
        core: any ContainerCore, configuration: Configuration, logger: Logger, streaming: StreamingServer? = nil
    ) {
        self.streaming = streaming
        self.core = core
        self.configuration = configuration
        self.logger = logger
    }
}
