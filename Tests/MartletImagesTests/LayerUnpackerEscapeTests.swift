import Glibc
import MartletLinux
import MartletTestSupport
import Testing

@testable import MartletImages

@Suite("Layer unpacker: leaving the root", .enabled(if: getuid() == 0, "needs root"))
struct LayerUnpackerEscapeTests {
    @Test("paths that leave, or cannot be, are errors", arguments: ["../x", "a/../../x", "..", "/..", "a/../.."])
    func leaving(path: String) throws {
        let bench = try LayerBench()
        #expect(throws: ImageError.self) { try bench.unpack { tar in tar.entry(path, data: "x") } }
        #expect(throws: ImageError.self) { try bench.unpack { tar in tar.entry("l", type: "1", link: path) } }
    }

    @Test(
        "paths are cleaned",
        arguments: [
            ("/abs", ["abs"]), ("./x", ["x"]), ("x//y", ["x", "x/y"]), ("a/../b", ["b"]),
            ("/../x/../y".dropFirst(3), ["y"]),
        ] as [(any StringProtocol & Sendable, [String])]
    )
    func cleaning(path: any StringProtocol & Sendable, expected: [String]) throws {
        let bench = try LayerBench()
        try bench.unpack { tar in tar.entry(String(path), data: "x") }
        #expect(try bench.diff().keys.sorted() == expected)
    }

    @Test("a component of 256 bytes, or 1025 of them, is an error")
    func tooLong() throws {
        let bench = try LayerBench()
        for path in [
            String(repeating: "x", count: 256), String(repeating: "d/", count: 1_025),
            String(repeating: "ab/", count: 1_366),
        ] {
            #expect(throws: ImageError.self) { try bench.unpack { tar in tar.entry("x", pax: [("path", path)]) } }
        }
    }

    @Test(
        "a symbolic link as parent is followed inside",
        arguments: ["/etc", "../../../../../../../../etc", "/../etc", "etc/../../etc", "/proc/../etc"]
    )
    func linkedParent(target: String) throws {
        let bench = try LayerBench()
        try bench.unpack { tar in
            tar.entry("s", type: "2", link: target)
            tar.entry("s/martlet-test", data: "inside")
        }
        var expected = ["s": "l \(target)", "etc": "d 755 0:0", "etc/martlet-test": "f 644 0:0 inside"]
        if target.hasPrefix("/proc") { expected["proc"] = "d 755 0:0" }
        #expect(try bench.diff() == expected)
        #expect(!Files.exists("/etc/martlet-test"))
    }

    @Test("a link into the host's processes leads nowhere but inside")
    func magicLinks() throws {
        let bench = try LayerBench()
        try bench.unpack { tar in
            tar.entry("s", type: "2", link: "/proc/self/root")
            tar.entry("s/tmp/martlet-escape", data: "x")
        }
        #expect(try bench.diff()["proc/self/root/tmp/martlet-escape"] == "f 644 0:0 x")
        #expect(!Files.exists("/tmp/martlet-escape"))
    }

    @Test("links that lead in a circle are an error")
    func loop() throws {
        let bench = try LayerBench()
        #expect(throws: ImageError.self) {
            try bench.unpack { tar in
                tar.entry("a", type: "2", link: "b")
                tar.entry("b", type: "2", link: "a")
                tar.entry("a/x", data: "x")
            }
        }
    }

    @Test("a chain of links is followed")
    func chain() throws {
        let bench = try LayerBench()
        try bench.unpack { tar in
            tar.entry("a", type: "2", link: "b")
            tar.entry("b", type: "2", link: "/c/./d")
            tar.entry("a/x", data: "x")
        }
        #expect(try bench.diff()["c/d/x"] == "f 644 0:0 x")
    }

    @Test("a file as parent is an error")
    func fileAsParent() throws {
        let bench = try LayerBench()
        #expect(throws: ImageError.self) {
            try bench.unpack { tar in
                tar.entry("a", data: "x")
                tar.entry("a/b", data: "x")
            }
        }
    }

    @Test(
        "hard links are resolved inside; what is missing there is an error",
        arguments: ["/etc/passwd", "etc/hostname"]
    )
    func hardLinkOutside(target: String) throws {
        let bench = try LayerBench()
        #expect(throws: ImageError.self) { try bench.unpack { tar in tar.entry("x", type: "1", link: target) } }
    }

    @Test("a hard link to a symbolic link links that, wherever it points")
    func hardLinkToLink() throws {
        let bench = try LayerBench()
        try bench.unpack { tar in
            tar.entry("s", type: "2", link: "/etc/shadow")
            tar.entry("x", type: "1", link: "s")
        }
        #expect(try bench.diff() == ["s": "l /etc/shadow", "x": "l /etc/shadow"])
    }

    @Test("the root can only be a directory")
    func root() throws {
        let bench = try LayerBench()
        for type: Character in ["0", "2", "1", "6"] where type != "6" {
            #expect(throws: ImageError.self) {
                try bench.unpack { tar in tar.entry(".", type: type, data: "", link: "x") }
            }
        }
    }

    @Test("any damage to an archive ends in files inside or in an error", arguments: UInt64(0)..<60)
    func fuzz(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let bench = try LayerBench()
        try bench.unpack { tar in
            tar.entry("lib", type: "2", link: "usr/lib")
            tar.entry("usr/lib/a", data: "lower")
        }
        var tar = TarStream()
        let names = [
            "a", "lib/b", "a/b", "../x", "/etc/c", ".wh.a", "lib/.wh.a", "s", "s/x", ".wh..wh..opq", "lib/.wh..wh..opq",
            "usr",
        ]
        for _ in 0..<Int.random(in: 1...30, using: &random) {
            tar.entry(
                names.randomElement(using: &random) ?? "a",
                type: "0123456".randomElement(using: &random) ?? "0",
                data: Bool.random(using: &random) ? "data" : "",
                link: ["a", "usr/lib/a", "/etc/passwd", "../../..", "s", "lib"].randomElement(using: &random) ?? "a"
            )
        }
        var bytes = tar.finished()
        if Bool.random(using: &random) {
            bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        let before = try Files.list("/etc")
        do { try bench.unpack(bytes) } catch {
            #expect((error as? ImageError).map { $0.kind == .corrupt || $0.kind == .tooLarge } == true, "\(error)")
        }
        #expect(try Files.list("/etc") == before)
        #expect(try bench.diff().values.allSatisfy { $0 != "characterDevice" && $0 != "blockDevice" })
    }
}
