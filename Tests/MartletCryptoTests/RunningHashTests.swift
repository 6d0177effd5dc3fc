import MartletCrypto
import MartletTestSupport
import Testing

@Suite("Running hash")
struct RunningHashTests {
    @Test(
        "knows the published digests",
        arguments: [
            (HashAlgorithm.sha256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (.sha256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                .sha512, "abc",
                "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                    + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
            ),
        ]
    )
    func vectors(algorithm: HashAlgorithm, text: String, hex: String) {
        #expect(Hex.encode(RunningHash.digest(algorithm, of: Array(text.utf8))) == hex)
    }

    @Test("gives the same digest however the bytes are cut, and at every point on the way")
    func pieces() {
        let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        for size in [1, 7, 63, 64, 65, 4999] {
            var hash = RunningHash(.sha256)
            for start in stride(from: 0, to: bytes.count, by: size) {
                hash.update(bytes[start..<min(start + size, bytes.count)])
                guard start < 300 else { continue }
                #expect(hash.digest() == RunningHash.digest(.sha256, of: bytes[..<Int(hash.byteCount)]))
            }
            #expect(hash.digest() == RunningHash.digest(.sha256, of: bytes))
            #expect(hash.byteCount == 5000)
        }
    }

    @Test("takes collections that do not lie in one piece")
    func lazyInput() {
        var hash = RunningHash(.sha512)
        hash.update((0..<300).lazy.map { UInt8(truncatingIfNeeded: $0) })
        #expect(hash.digest() == RunningHash.digest(.sha512, of: (0..<300).map { UInt8(truncatingIfNeeded: $0) }))
    }

    @Test("agrees with coreutils")
    func independent() async throws {
        let bytes = Array("Martlet".utf8)
        let digest = "sha256:" + Hex.encode(RunningHash.digest(.sha256, of: bytes))
        #expect(try await OCILayoutBuilder.sha256(bytes) == digest)
    }
}
