import MartletTestSupport
import Testing

@testable import MartletArchive

@Suite("Tar reader")
struct TarReaderTests {
    /// All entries, each with the pieces of its data.
    private func read(_ bytes: [UInt8], pieceSize: Int = 65_536) throws -> [(entry: TarEntry, blocks: [TarBlock])] {
        let reader = try TarReader(MemorySource(bytes, pieceSize: pieceSize))
        var found: [(TarEntry, [TarBlock])] = []
        while let entry = try reader.nextEntry() {
            var blocks: [TarBlock] = []
            while let block = try reader.nextBlock() { blocks.append(block) }
            found.append((entry, blocks))
        }
        return found
    }

    @Test("an entry comes with everything that its header says")
    func wholeEntry() throws {
        var tar = TarStream()
        tar.entry(
            "bin/tool",
            data: "hello",
            mode: 0o4755,
            uid: 7,
            gid: 4_000_000_000,
            pax: [("mtime", "12.25"), ("SCHILY.xattr.user.a", "1"), ("SCHILY.xattr.user.b", "")]
        )
        let found = try read(tar.finished())
        var expected = TarEntry(path: Array("bin/tool".utf8), kind: .regular)
        (expected.mode, expected.userID, expected.groupID, expected.size) = (0o4755, 7, 4_000_000_000, 5)
        (expected.modifiedSeconds, expected.modifiedNanoseconds) = (12, 250_000_000)
        expected.extendedAttributes = [
            TarEntry.ExtendedAttribute(name: Array("user.a".utf8), value: Array("1".utf8)),
            TarEntry.ExtendedAttribute(name: Array("user.b".utf8), value: []),
        ]
        #expect(found.count == 1)
        var entry = try #require(found.first?.entry)
        entry.extendedAttributes.sort { $0.name.lexicographicallyPrecedes($1.name) }
        #expect(entry == expected)
        #expect(found.first?.blocks == [TarBlock(offset: 0, bytes: Array("hello".utf8))])
    }

    @Test(
        "type letters",
        arguments: [
            ("0", .regular), ("1", .hardLink(Array("target".utf8))), ("2", .symbolicLink(Array("target".utf8))),
            ("3", .characterDevice), ("4", .blockDevice), ("5", .directory), ("6", .fifo), ("7", .regular),
            ("Z", .regular),
        ] as [(Character, TarEntry.Kind)]
    )
    func types(letter: Character, kind: TarEntry.Kind) throws {
        var tar = TarStream()
        tar.entry("name", type: letter, link: "12".contains(letter) ? "target" : "")
        #expect(try read(tar.finished()).map(\.entry.kind) == [kind])
    }

    @Test("names are bytes", arguments: [[0xFF, 0xC3, 0x28], Array("zürich\n-rf".utf8)])
    func names(name: [UInt8]) throws {
        var tar = TarStream()
        tar.raw(name)
        tar.raw(Array("x".utf8), pax: [("path", name)])
        tar.long("L", name)
        tar.entry("y")
        #expect(try read(tar.finished()).map(\.entry.path) == [name, name, name])
    }

    @Test("GNU and pax win over ustar, and size in pax over the header")
    func precedence() throws {
        var tar = TarStream()
        tar.long("L", Array("gnu".utf8))
        tar.entry("ustar")
        tar.entry("ustar", pax: [("path", "pax")])
        tar.entry("sized", data: "abcde", size: 2, pax: [("size", "5")])
        let found = try read(tar.finished())
        #expect(found.map { String(decoding: $0.entry.path, as: UTF8.self) } == ["gnu", "pax", "sized"])
        #expect(found.last?.blocks.flatMap(\.bytes) == Array("abcde".utf8))
    }

    @Test("holes are told by offsets")
    func sparse() throws {
        var tar = TarStream()
        let piece = [UInt8](repeating: 7, count: 512)
        tar.sparse("s", size: 1 << 30, pieces: [(offset: 1 << 20, data: piece), (offset: 1 << 30, data: [])])
        let found = try read(tar.finished())
        #expect(found.first?.entry.size == 1 << 30)
        #expect(found.first?.blocks.filter { !$0.bytes.isEmpty } == [TarBlock(offset: 1 << 20, bytes: piece)])
    }

    @Test("global pax headers name nothing")
    func global() throws {
        var tar = TarStream()
        tar.global([("path", "evil"), ("SCHILY.xattr.user.a", "1")])
        tar.entry("good")
        let found = try read(tar.finished())
        #expect(found.map(\.entry.path) == [Array("good".utf8)])
        #expect(found.first?.entry.extendedAttributes == [])
    }

    @Test("nothing, zeros, and a missing end marker are fine")
    func ends() throws {
        var tar = TarStream()
        tar.entry("a", data: "x")
        #expect(try read([]).isEmpty)
        #expect(try read([UInt8](repeating: 0, count: 1_024)).isEmpty)
        #expect(try read(tar.bytes).count == 1)
        #expect(try read(tar.finished() + Array("trailing".utf8)).count == 1)
    }

    @Test("a cut or damaged stream is an error")
    func damaged() throws {
        var tar = TarStream()
        tar.entry("a", data: String(repeating: "x", count: 2_000))
        #expect(throws: ArchiveError.self) { try read(Array(tar.bytes.prefix(1_500))) }
        var wrong = tar.finished()
        wrong[0] ^= 1
        #expect(throws: ArchiveError.self) { try read(wrong) }
    }

    @Test("a failing source fails the reader")
    func failingSource() throws {
        final class Failing: ByteSource {
            func next() throws(ArchiveError) -> [UInt8] { throw .sourceFailed("gone") }
        }
        let reader = try TarReader(Failing())
        #expect(throws: ArchiveError.sourceFailed("gone")) { try reader.nextEntry() }
    }

    @Test("any bytes give entries or an error, whatever the pieces", arguments: UInt64(0)..<200)
    func fuzz(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var tar = TarStream()
        tar.entry("a", data: "data", pax: [("path", "long/name"), ("SCHILY.xattr.user.a", "v")])
        tar.sparse("s", size: 4_096, pieces: [(offset: 512, data: Array(repeating: 1, count: 512))])
        tar.entry("l", type: "1", link: "a")
        var bytes = tar.finished()
        for _ in 0..<Int.random(in: 1...20, using: &random) {
            bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
        _ = try? read(bytes, pieceSize: Int.random(in: 1...700, using: &random))
        var noise = (0..<Int.random(in: 0..<2_000, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random)
        }
        noise = Array(bytes.prefix(512)) + noise
        _ = try? read(noise)
    }
}
