import Faults
import Testing

@Test(
    "every kind of error has a gRPC code other than OK and Unknown, and an HTTP status of failure",
    arguments: OxbowError.Kind.allCases)
func kindHasCodes(kind: OxbowError.Kind) {
    #expect(![0, 2].contains(kind.codes.grpc))
    #expect((400..<600).contains(kind.codes.http))
}
