package import CRI
package import CRIServer
package import Faults

extension DirectCRI {
    package func listMetricDescriptors(
        _ request: ListMetricDescriptorsRequest, _ context: CallContext
    ) async throws(OxbowError) -> ListMetricDescriptorsResponse {
        ListMetricDescriptorsResponse(descriptors: MetricCatalogue.all.map(\.descriptor))
    }
}
