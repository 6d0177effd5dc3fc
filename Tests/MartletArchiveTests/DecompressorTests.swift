import MartletTestSupport
import Testing

@testable import MartletArchive

@Suite("Decompressor")
struct DecompressorTests {
    private static let content = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }

    private func decompress(_ bytes: [UInt8], pieceSize: Int = 4_096) throws -> [UInt8] {
        let decompressor = try Decompressor(MemorySource(bytes, pieceSize: pieceSize))
        var result: [UInt8] = []
        while true {
            let piece = try decompressor.next()
            if piece.isEmpty { return result }
            result += piece
        }
    }

    private func gzip(_ bytes: [UInt8]) async throws -> [UInt8] {
        try await SystemTool.run(["gzip", "-c"], input: bytes)
    }
    private func zstd(_ bytes: [UInt8]) async throws -> [UInt8] {
        try await SystemTool.run(["zstd", "-q", "-c"], input: bytes)
    }

    @Test("the first bytes say what it is")
    func detection() {
        #expect(Compression(detecting: [0x1F, 0x8B, 8, 0]) == .gzip)
        #expect(Compression(detecting: [0x28, 0xB5, 0x2F, 0xFD]) == .zstd)
        #expect(Compression(detecting: [0x5A, 0x2A, 0x4D, 0x18]) == .zstd)
        #expect(Compression(detecting: [0x60, 0x2A, 0x4D, 0x18]) == .none)
        #expect(Compression(detecting: [0x1F]) == .none)
        #expect(Compression(detecting: []) == .none)
    }

    @Test("plain, gzip and zstd come out the same, in pieces of any size", arguments: [1, 3, 4_096, 1 << 20])
    func roundTrip(pieceSize: Int) async throws {
        let content = Array(Self.content.prefix(pieceSize == 1 ? 5_000 : 200_000))
        #expect(try decompress(content, pieceSize: pieceSize) == content)
        #expect(try await decompress(gzip(content), pieceSize: pieceSize) == content)
        #expect(try await decompress(zstd(content), pieceSize: pieceSize) == content)
    }

    @Test("members, frames and skippable frames are one stream")
    func concatenated() async throws {
        let (first, second) = (Array(Self.content.prefix(70_000)), Array(Self.content.suffix(50_000)))
        let skippable: [UInt8] = [0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 9, 9, 9]
        #expect(try await decompress(gzip(first) + gzip(second)) == first + second)
        #expect(try await decompress(skippable + zstd(first) + skippable + zstd(second)) == first + second)
    }

    @Test("nothing is nothing")
    func empty() async throws {
        #expect(try decompress([]) == [])
        #expect(try await decompress(gzip([])) == [])
        #expect(try await decompress(zstd([])) == [])
    }

    @Test("cut streams are errors")
    func truncated() async throws {
        for packed in [try await gzip(Self.content), try await zstd(Self.content)] {
            #expect(throws: ArchiveError.self) { try decompress(Array(packed.dropLast(packed.count / 2))) }
        }
    }

    @Test("a zstd window above 128 MiB is refused")
    func largeWindow() throws {
        // Magic, a frame header with a window descriptor of 2^31 bytes, and a raw last block of one byte.
        let frame: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, (31 - 10) << 3, 0x09, 0x00, 0x00, 0x41]
        #expect(throws: ArchiveError.self) { try decompress(frame) }
        let small: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, (27 - 10) << 3, 0x09, 0x00, 0x00, 0x41]
        #expect(try decompress(small) == [0x41])
    }
}
