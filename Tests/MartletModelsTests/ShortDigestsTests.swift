import MartletModels
import Testing

@Suite("Short digests")
struct ShortDigestsTests {
    private static let digest = String(repeating: "0123456789abcdef", count: 4)

    @Test("only what is as long as a digest is shortened")
    func shortened() {
        #expect(
            shortDigests(in: "web@sha256:\(Self.digest), \(Self.digest)") == "web@sha256:0123456789ab…, 0123456789ab…"
        )
        for text in ["", "deadbeef", Self.digest + "0", "no digest"] { #expect(shortDigests(in: text) == text) }
    }
}
