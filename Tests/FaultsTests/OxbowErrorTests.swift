import Faults
import Testing

@Test(
    "every kind of error has a gRPC code other than OK, and only the unknown one Unknown; all have an HTTP status of failure",
    arguments: OxbowError.Kind.allCases)
func kindHasCodes(kind: OxbowError.Kind) {
    #expect(kind.codes.grpc != 0)
    #expect((kind.codes.grpc == 2) == (kind == .unknown))
    #expect((400..<600).contains(kind.codes.http))
}
