import CRIServer
package import Faults

extension Dockershim: StreamsLists {
    package func admitStream(_ call: String) throws(OxbowError) { try refuseInOldEra(call) }

    /// Outside of `serve`, in which the list called next counts its REST calls.
    func refuseInOldEra(_ call: String) throws(OxbowError) {
        do throws(BridgeFailure) { try requireNewEra(call) } catch { throw error.reported }
    }
}
