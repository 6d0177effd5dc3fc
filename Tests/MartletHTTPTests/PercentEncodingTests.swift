import MartletHTTP
import MartletTestSupport
import Testing

@Suite("Percent encoding")
struct PercentEncodingTests {
    @Test(
        "decodes valid text only",
        arguments: [
            ("", ""), ("a+b", "a+b"), ("%41%2f%c3%BC", "A/ü"), ("%", nil), ("%4", nil), ("%g1", nil), ("%ff", nil),
        ] as [(String, String?)]
    )
    func decoding(text: String, decoded: String?) {
        #expect(percentDecoded(text) == decoded)
    }

    @Test("encodes everything but the unreserved characters")
    func encoding() {
        #expect(percentEncoded("aZ09-._~ /?&=%+ü\u{1}") == "aZ09-._~%20%2F%3F%26%3D%25%2B%C3%BC%01")
    }

    @Test("what was encoded decodes to itself")
    func roundTrip() {
        for value in UInt32(0)..<0x3000 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = "x\(scalar)y"
            #expect(percentDecoded(percentEncoded(text)) == text)
        }
    }
}
