package import CRI
package import CRIServer
package import Faults

extension Dockershim {
    package func listMetricDescriptors(
        _ request: ListMetricDescriptorsRequest, _ context: CallContext
    ) async throws(OxbowError) -> ListMetricDescriptorsResponse {
        try refuseInOldEra("ListMetricDescriptors")
        return ListMetricDescriptorsResponse(descriptors: MetricCatalogue.all.map(\.descriptor))
    }
}
