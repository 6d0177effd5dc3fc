import Glibc
import MartletArchive
import MartletLinux
import MartletTestSupport
import Testing

@testable import MartletImages

@Suite("Layer unpacker", .enabled(if: getuid() == 0, "needs root"))
struct LayerUnpackerTests {
    @Test("files, directories, links and fifos come out as written")
    func plain() throws {
        let bench = try LayerBench()
        try bench.unpack { tar in
            tar.entry("./", type: "5", mode: 0o711)
            tar.entry("etc/", type: "5", mode: 0o755, uid: 1, gid: 2)
            tar.entry("etc/passwd", data: "root", mode: 0o640, uid: 3, gid: 4)
            tar.entry("etc/link", type: "2", link: "../../outside")
            tar.entry("pipe", type: "6", mode: 0o622)
            tar.entry("sbin/su", data: "x", mode: 0o4755)
            tar.entry("etc/same", type: "1", link: "etc/passwd")
            tar.entry("old/", type: "0")
        }
        #expect(
            try bench.diff() == [
                "etc": "d 755 1:2", "etc/passwd": "f 640 3:4 root", "etc/same": "f 640 3:4 root",
                "etc/link": "l ../../outside", "pipe": "p 622 0:0", "sbin": "d 755 0:0",
                "sbin/su": "f 4755 0:0 x", "old": "d 644 0:0",
            ]
        )
        #expect(try bench.top().status().mode == 0o711)
        let etc = try bench.top().openDirectory("etc")
        #expect(try etc.status(of: "passwd")?.identity == etc.status(of: "same")?.identity)
    }

    @Test("times: seconds, fractions, before the epoch, far future; of directories after their children")
    func times() throws {
        let bench = try LayerBench()
        try bench.unpack { tar in
            tar.entry("d/", type: "5", mode: 0o755, modified: 5)
            tar.entry("d/half", pax: [("mtime", "1.5")])
            tar.entry("d/before", pax: [("mtime", "-1")])
            tar.entry("d/far", pax: [("mtime", "1099511627776")])
            tar.entry("d/link", type: "2", link: "x", modified: 7)
        }
        let directory = try bench.top().openDirectory("d")
        func time(_ name: RawName) throws -> FileTime? { try directory.status(of: name)?.modified }
        #expect(try bench.top().status(of: "d")?.modified == FileTime(seconds: 5, nanoseconds: 0))
        #expect(try time("half") == FileTime(seconds: 1, nanoseconds: 500_000_000))
        #expect(try time("before") == FileTime(seconds: -1, nanoseconds: 0))
        #expect(try time("link") == FileTime(seconds: 7, nanoseconds: 0))
        // Clamped to what the file system holds.
        #expect(try (1...1_099_511_627_776).contains(time("far")?.seconds ?? 0))
    }

    @Test("what has a name is replaced by what comes later, never followed")
    func replacing() throws {
        let bench = try LayerBench()
        try Files.replace(bench.outside("victim"), with: Array("untouched".utf8))
        try bench.unpack { tar in
            tar.entry("dir/content", data: "x")
            tar.entry("dir", data: "file over directory")
            tar.entry("file", data: "x")
            tar.entry("file/", type: "5", mode: 0o700)
            tar.entry("full/content", data: "x")
            tar.entry("full", type: "2", link: "nowhere")
            tar.entry("link", type: "2", link: bench.outside("victim"))
            tar.entry("link", data: "file over link")
            tar.entry("dirlink", type: "2", link: "/tmp")
            tar.entry("dirlink/", type: "5", mode: 0o755)
            tar.entry("dirlink/x", data: "inside")
            tar.entry("twice", data: "1")
            tar.entry("twice", data: "2")
            tar.entry("twice", data: "3")
            tar.entry("pipe", type: "6")
            tar.entry("pipe", data: "file over fifo")
        }
        #expect(
            try bench.diff() == [
                "dir": "f 644 0:0 file over directory", "file": "d 700 0:0", "full": "l nowhere",
                "link": "f 644 0:0 file over link", "dirlink": "d 755 0:0", "dirlink/x": "f 644 0:0 inside",
                "twice": "f 644 0:0 3", "pipe": "f 644 0:0 file over fifo",
            ]
        )
        #expect(try Files.readText(bench.outside("victim")) == "untouched")
    }

    @Test("devices and sockets are skipped, a device 0:0 above all", arguments: ["3", "4", "s"] as [Character])
    func devices(type: Character) throws {
        let bench = try LayerBench()
        try bench.unpack { tar in tar.entry("a", data: "x") }
        try bench.unpack { tar in
            if type != "s" { tar.entry("a", type: type) }
        }
        #expect(try bench.diff() == [:])
        #expect(try bench.view() == ["a": "f 644 0:0 x"])
    }

    @Test("sparse files keep their holes and their length")
    func sparse() throws {
        let bench = try LayerBench()
        let unpacker = try bench.unpack { tar in
            tar.sparse("s", size: 1 << 30, pieces: [(offset: 1 << 20, data: Array(repeating: 1, count: 512))])
        }
        let status = try #require(try bench.top().status(of: "s"))
        #expect(status.size == 1 << 30)
        #expect(status.blocks < 100)
        #expect(unpacker.dataSize == 512)
    }

    @Test("names are bytes and keep them")
    func names() throws {
        let bench = try LayerBench()
        let names: [[UInt8]] = [[0xFF, 0xFE], Array("a\nb".utf8), Array("-rf".utf8), Array("Ä".utf8), Array("ä".utf8)]
        try bench.unpack { tar in
            for name in names { tar.raw(name) }
            tar.long("L", Array((String(repeating: "d/", count: 150) + "gnu").utf8))
            tar.entry("x")
            tar.entry("x", pax: [("path", String(repeating: "e/", count: 150) + "pax")])
        }
        let found = Set(try bench.top().names().map { Array($0.bytes) })
        #expect(found == Set(names + [Array("d".utf8), Array("e".utf8)]))
        #expect(try bench.diff()[String(repeating: "d/", count: 150) + "gnu"] == "f 644 0:0 ")
        #expect(try bench.diff()[String(repeating: "e/", count: 150) + "pax"] == "f 644 0:0 ")
    }

    @Test("owners up to 2^32-2 are kept, higher ones are errors")
    func owners() throws {
        let bench = try LayerBench()
        try bench.unpack { tar in tar.entry("a", uid: 4_000_000_000, gid: 65_536) }
        #expect(try bench.diff() == ["a": "f 644 4000000000:65536 "])
        #expect(throws: ImageError.self) { try bench.unpack { tar in tar.entry("a", uid: 4_294_967_295) } }
        #expect(throws: ImageError.self) { try bench.unpack { tar in tar.entry("a", uid: -1) } }
    }

    @Test("extended attributes: those of users and capabilities, nothing that overlay or a security module would obey")
    func extendedAttributes() throws {
        let bench = try LayerBench()
        let attributes = [
            ("SCHILY.xattr.user.a", "1"), ("SCHILY.xattr.trusted.overlay.redirect", "/etc"),
            ("SCHILY.xattr.trusted.overlay.opaque", "y"), ("SCHILY.xattr.security.selinux", "x"),
            ("SCHILY.xattr.user.overlay.opaque", "y"), ("LIBARCHIVE.xattr.user.b", "Mg"),
        ]
        try bench.unpack { tar in
            tar.entry("f", pax: attributes)
            tar.entry("d/", type: "5", mode: 0o755, pax: attributes)
        }
        #expect(
            try bench.diff() == ["f": "f 644 0:0  {user.a=1} {user.b=2}", "d": "d 755 0:0 {user.a=1} {user.b=2}"]
        )
    }

    @Test("capabilities are stored in version 2, whatever root they were given by")
    func capabilities() throws {
        let two: [UInt8] = [1, 0, 0, 2, 0, 4, 0, 0] + Array(repeating: 0, count: 12)
        let three: [UInt8] = [1, 0, 0, 3, 0, 4, 0, 0] + Array(repeating: 0, count: 12) + [0x40, 0x42, 0x0F, 0]
        let bench = try LayerBench()
        try bench.unpack { tar in
            tar.raw(Array("two".utf8), pax: [("SCHILY.xattr.security.capability", two)])
            tar.raw(Array("three".utf8), pax: [("SCHILY.xattr.security.capability", three)])
        }
        for name: RawName in ["two", "three"] {
            let file = try bench.top().open(name, O_RDONLY)
            #expect(try file.extendedAttribute("security.capability") == two)
        }
        #expect(throws: ImageError.self) {
            try bench.unpack { tar in tar.raw([97], pax: [("SCHILY.xattr.security.capability", [1, 2, 3])]) }
        }
    }

    @Test("limits: entries, length of a file, attributes")
    func limits() throws {
        var limits = LayerLimits()
        (limits.entries, limits.fileSize, limits.attributeValueLength) = (2, 1_000, 10)
        let bench = try LayerBench(limits: limits)
        func kind(_ build: (inout TarStream) -> Void) -> ImageError.Kind? {
            do { try bench.unpack(build) } catch { return (error as? ImageError)?.kind }
            return nil
        }
        #expect(kind { tar in for name in ["a", "b", "c"] { tar.entry(name) } } == .tooLarge)
        #expect(kind { tar in tar.sparse("s", size: 1_001, pieces: []) } == .tooLarge)
        #expect(kind { tar in tar.entry("a", pax: [("SCHILY.xattr.user.a", "12345678901")]) } == .tooLarge)
        #expect(kind { tar in tar.entry("a", pax: [("SCHILY.xattr.user.a", "1234567890")]) } == nil)
    }
}
