import MartletCrypto
import MartletRegistry
import Testing

@Suite("Digests")
struct DigestTests {
    static let a64 = String(repeating: "a", count: 64)

    @Test("are read and written as algorithm and hexadecimal text")
    func roundTrip() throws {
        let digest = try #require(Digest("sha256:\(Self.a64)"))
        #expect(digest.description == "sha256:\(Self.a64)")
        #expect(Digest("sha512:\(Self.a64)\(Self.a64)")?.algorithm == .sha512)
        #expect(
            Digest(of: Array("abc".utf8)).description
                == "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        )
    }

    @Test(
        "are never anything that could leave a path or a URL",
        arguments: [
            "", "sha256:", "sha256:\(a64)a", "sha256:\(a64.dropLast())", "sha512:\(a64)", "md5:\(a64.prefix(32))",
            "sha256:\(a64.dropLast())/", "sha256:\(a64.dropLast())A", "SHA256:\(a64)", "sha256:../\(a64.dropLast(3))",
            "sha256:\(a64.dropLast())é", a64, ":\(a64)", "sha256:sha256:\(a64)", " sha256:\(a64)",
        ]
    )
    func refused(text: String) { #expect(Digest(text) == nil) }
}
