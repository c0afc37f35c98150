import CRIServer
package import Faults

extension DirectCRI: StreamsLists {
    package func admitStream(_ call: String) throws(OxbowError) {}
}
