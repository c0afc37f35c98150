import Faults
import HTTPClient

extension RegistryClient {
    static func failure(_ failure: HTTPFailure, _ host: String) -> OxbowError {
        switch failure.reason {
        case .unreachable, .broken:
            OxbowError(.runtimeDown, "registry: \(failure.detail) (\(host))", origin: failure)
        case .timedOut: OxbowError(.tooLate, "registry: no answer in time (\(host))", origin: failure)
        case .tooLarge: OxbowError(.tooLarge, "registry: answer too long (\(host))", origin: failure)
        case .cancelled: OxbowError(.cancelled, "registry: request withdrawn (\(host))", origin: failure)
        }
    }

    private struct Refusal: Decodable {
        struct Item: Decodable {
            var code: String?
            var message: String?
        }
        var errors: [Item]?
    }

    /// In Docker's words, for which kubelets' users look.
    func denied(_ detail: String, origin: (any Error)? = nil) -> OxbowError {
        OxbowError(.denied, "pull access denied for \(reference.familiarName): \(detail)", origin: origin)
    }

    /// What an answer other than success means.
    func refusal(_ response: HTTPResponse, of noun: String) -> OxbowError {
        // The registry's own words are a courtesy: a body that is no such document is told by its status.
        let words = (try? OCIDocument.read(Refusal.self, from: response.body, noun: "answer"))?.errors?.first
        let said = [words?.code?.lowercased(), words?.message].compactMap { $0 }.filter { !$0.isEmpty }
        let detail = said.isEmpty ? "status \(response.head.status)" : said.joined(separator: ": ")
        switch response.head.status {
        case 401, 403:
            return denied(detail)
        case 404 where noun == "manifest":
            return OxbowError(.missing, "manifest for \(reference.familiar) not found: manifest unknown")
        case 404: return OxbowError(.missing, "\(noun) for \(reference.familiar) not found: \(detail)")
        default: return OxbowError(.runtimeDown, "registry: \(noun) refused: \(detail) (\(reference.domain))")
        }
    }
}
