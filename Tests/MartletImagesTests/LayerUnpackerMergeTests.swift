import Glibc
import MartletLinux
import MartletTestSupport
import Testing

@testable import MartletImages

@Suite("Layer unpacker: upon other layers", .enabled(if: getuid() == 0, "needs root"))
struct LayerUnpackerMergeTests {
    private typealias Build = (inout TarStream) -> Void

    private func stack(_ layers: Build...) throws -> LayerBench {
        let bench = try LayerBench()
        for layer in layers { try bench.unpack(layer) }
        return bench
    }

    private let lower: Build = { tar in
        tar.entry("d/", type: "5", mode: 0o750, uid: 5, gid: 6, modified: 1_000)
        tar.entry("d/old", data: "old")
        tar.entry("d/sub/deep", data: "deep")
        tar.entry("f", data: "f")
    }

    @Test("a whiteout hides a file or a whole tree, by a device only where something is below")
    func whiteouts() throws {
        let bench = try stack(
            lower,
            { tar in
                tar.entry(".wh.f")
                tar.entry("d/.wh.sub")
                tar.entry("d/.wh.nothing")
                tar.entry("absent/.wh.nothing")
                tar.entry(".wh.nothing")
            }
        )
        #expect(try bench.diff() == ["f": "whiteout", "d": "d 750 5:6", "d/sub": "whiteout"])
        #expect(try bench.view() == ["d": "d 750 5:6", "d/old": "f 644 0:0 old"])
        #expect(try bench.top().status(of: "d")?.modified.seconds == 1_000)
    }

    @Test("a marker hides lower layers only, before or after the entries of its own layer", arguments: [false, true])
    func order(markersFirst: Bool) throws {
        let markers: Build = { tar in
            tar.entry(".wh.f")
            tar.entry(".wh.d")
        }
        let entries: Build = { tar in
            tar.entry("f", data: "new")
            tar.entry("d/", type: "5", mode: 0o755)
            tar.entry("d/new", data: "new")
        }
        let bench = try stack(
            lower,
            { tar in
                for part in markersFirst ? [markers, entries] : [entries, markers] { part(&tar) }
            }
        )
        #expect(try bench.diff() == ["f": "f 644 0:0 new", "d": "d 755 0:0 opaque", "d/new": "f 644 0:0 new"])
        #expect(
            try bench.view()
                == ["f": "f 644 0:0 new", "d": "d 755 0:0 opaque", "d/new": "f 644 0:0 new"].mapValues {
                    $0.replacing(" opaque", with: "")
                }
        )
    }

    @Test("an opaque directory shows this layer only, with the marker before or after", arguments: [false, true])
    func opaque(markerFirst: Bool) throws {
        let bench = try stack(
            lower,
            { tar in
                if markerFirst { tar.entry("d/.wh..wh..opq") }
                tar.entry("d/new", data: "new")
                if !markerFirst { tar.entry("d/.wh..wh..opq") }
            }
        )
        #expect(try bench.view() == ["d": "d 750 5:6", "d/new": "f 644 0:0 new", "f": "f 644 0:0 f"])
    }

    @Test("an opaque root hides each lower name by itself")
    func opaqueRoot() throws {
        let bench = try stack(
            lower,
            { tar in
                tar.entry(".wh..wh..opq")
                tar.entry("d/", type: "5", mode: 0o755)
                tar.entry("d/new", data: "new")
            }
        )
        #expect(try bench.diff() == ["f": "whiteout", "d": "d 755 0:0 opaque", "d/new": "f 644 0:0 new"])
        #expect(try bench.view() == ["d": "d 755 0:0", "d/new": "f 644 0:0 new"])
    }

    @Test("an opaque directory that is nowhere below does no harm")
    func opaqueNothing() throws {
        let bench = try stack(lower, { tar in tar.entry("absent/.wh..wh..opq") })
        #expect(try bench.diff() == [:])
    }

    @Test("a third layer sees what the second left of the first")
    func threeLayers() throws {
        let bench = try stack(
            lower,
            { tar in tar.entry(".wh.d") },
            { tar in
                tar.entry("d/new", data: "new")
                tar.entry(".wh.old")
                tar.entry("d/.wh.old")
            }
        )
        #expect(try bench.diff() == ["d": "d 755 0:0", "d/new": "f 644 0:0 new"])
        #expect(try bench.view() == ["d": "d 755 0:0", "d/new": "f 644 0:0 new", "f": "f 644 0:0 f"])
    }

    @Test("`.wh.` elsewhere than at the beginning of the last component is part of a name, or an error")
    func markerNames() throws {
        let bench = try stack(lower, { tar in tar.entry("a.wh.b", data: "x") })
        #expect(try bench.diff() == ["a.wh.b": "f 644 0:0 x"])
        try bench.unpack { tar in
            tar.entry(".wh..wh.plnk/", type: "5")
            tar.entry(".wh..wh.plnk/1.2", data: "x")
            tar.entry(".wh..wh.aufs", data: "x")
        }
        #expect(try bench.diff() == [:])
        for path in [".wh.", ".wh..", ".wh...", ".wh.x/y", ".wh../x"] {
            #expect(throws: ImageError.self) { try bench.unpack { tar in tar.entry(path) } }
        }
    }

    @Test("parents that a layer does not name keep what they are below")
    func implicitParents() throws {
        let bench = try stack(
            { tar in
                tar.entry("./", type: "5", mode: 0o700, uid: 9, gid: 9)
                tar.entry(
                    "tmp/",
                    type: "5",
                    mode: 0o1777,
                    uid: 1,
                    gid: 1,
                    modified: 99,
                    pax: [("SCHILY.xattr.user.a", "1")]
                )
                tar.entry("file", data: "x")
            },
            { tar in
                tar.entry("tmp/x", data: "x")
                tar.entry("file/x", data: "x")
                tar.entry("new/x", data: "x")
            }
        )
        #expect(
            try bench.view() == [
                "tmp": "d 1777 1:1 {user.a=1}", "tmp/x": "f 644 0:0 x", "file": "d 755 0:0", "file/x": "f 644 0:0 x",
                "new": "d 755 0:0", "new/x": "f 644 0:0 x",
            ]
        )
        #expect(try bench.top().status(of: "tmp")?.modified.seconds == 99)
        #expect(try bench.top().status().mode == 0o700)
    }

    @Test("a parent that is a symbolic link below is followed, for files and for whiteouts")
    func linkedParents() throws {
        let bench = try stack(
            { tar in
                tar.entry("lib", type: "2", link: "usr/lib")
                tar.entry("usr/lib/old", data: "old")
                tar.entry("usr/lib/gone", data: "gone")
            },
            { tar in
                tar.entry("lib/x", data: "x")
                tar.entry("lib/.wh.gone")
            }
        )
        #expect(
            try bench.view() == [
                "lib": "l usr/lib", "usr": "d 755 0:0", "usr/lib": "d 755 0:0", "usr/lib/old": "f 644 0:0 old",
                "usr/lib/x": "f 644 0:0 x",
            ]
        )
    }

    @Test("an explicit directory takes the place of a link below, and a file that of a directory")
    func replacingLower() throws {
        let bench = try stack(
            { tar in
                tar.entry("lib", type: "2", link: "usr/lib")
                tar.entry("usr/lib/old", data: "old")
                tar.entry("d/old", data: "old")
                tar.entry("e/old", data: "old")
            },
            { tar in
                tar.entry("lib/", type: "5", mode: 0o755)
                tar.entry("lib/x", data: "x")
                tar.entry("d", data: "file")
                tar.entry("e", data: "file")
                tar.entry("e/", type: "5", mode: 0o755)
            }
        )
        #expect(
            try bench.view() == [
                "lib": "d 755 0:0", "lib/x": "f 644 0:0 x", "usr": "d 755 0:0", "usr/lib": "d 755 0:0",
                "usr/lib/old": "f 644 0:0 old", "d": "f 644 0:0 file", "e": "d 755 0:0",
            ]
        )
    }

    @Test("hard links: before their target, through each other, and to lower layers, which stay as they are")
    func hardLinks() throws {
        let bench = try stack(
            { tar in
                tar.entry("d/", type: "5", mode: 0o700, uid: 1)
                tar.entry(
                    "d/lower",
                    data: "lower",
                    mode: 0o4755,
                    uid: 2,
                    modified: 77,
                    pax: [("SCHILY.xattr.user.a", "1")]
                )
                tar.entry("d/link", type: "2", link: "lower", uid: 3)
            },
            { tar in
                tar.entry("first", type: "1", link: "second")
                tar.entry("second", type: "1", link: "target")
                tar.entry("target", data: "target")
                tar.entry("up", type: "1", link: "d/lower")
                tar.entry("uplink", type: "1", link: "d/link")
                tar.entry("again", type: "1", link: "up")
                tar.entry("self", data: "self")
                tar.entry("self", type: "1", link: "self")
            }
        )
        #expect(
            try bench.diff() == [
                "first": "f 644 0:0 target", "second": "f 644 0:0 target", "target": "f 644 0:0 target",
                "d": "d 700 1:0", "d/lower": "f 4755 2:0 lower {user.a=1}", "up": "f 4755 2:0 lower {user.a=1}",
                "again": "f 4755 2:0 lower {user.a=1}", "d/link": "l lower", "uplink": "l lower",
                "self": "f 644 0:0 self",
            ]
        )
        let top = try bench.top()
        let identity = try top.status(of: "target")?.identity
        #expect(try ["first", "second"].allSatisfy { try top.status(of: $0)?.identity == identity })
        #expect(try top.status(of: "up")?.identity == top.openDirectory("d").status(of: "lower")?.identity)
        #expect(try top.status(of: "up")?.modified.seconds == 77)
    }

    @Test("a hard link to a directory, or to nothing, or in a circle, is an error")
    func impossibleLinks() throws {
        let bench = try stack(lower)
        for build: Build in [
            { $0.entry("x", type: "1", link: "d") }, { $0.entry("x", type: "1", link: "absent") },
            { tar in
                tar.entry("x", type: "1", link: "y")
                tar.entry("y", type: "1", link: "x")
            },
            { tar in
                tar.entry("own/", type: "5")
                tar.entry("x", type: "1", link: "own")
            },
            { tar in
                tar.entry(".wh.f")
                tar.entry("x", type: "1", link: "f")
            },
        ] {
            #expect(throws: ImageError.self) { try bench.unpack(build) }
        }
    }

    @Test("a later entry takes the place of a link that still waits")
    func replacedLink() throws {
        let bench = try stack({ tar in
            tar.entry("x", type: "1", link: "target")
            tar.entry("x", data: "own")
            tar.entry("target", data: "target")
        })
        #expect(try bench.diff() == ["x": "f 644 0:0 own", "target": "f 644 0:0 target"])
    }

    @Test("data that comes with a hard link replaces that of its target", arguments: [false, true])
    func linkWithData(targetFirst: Bool) throws {
        let bench = try stack({ tar in
            if targetFirst { tar.entry("target", data: "old content", mode: 0o600, uid: 4) }
            tar.entry("x", type: "1", data: "new", link: "target", pax: [("comment", "data follows")])
            if !targetFirst { tar.entry("target", data: "old content", mode: 0o600, uid: 4) }
        })
        #expect(try bench.diff() == ["x": "f 600 4:0 new", "target": "f 600 4:0 new"])
        #expect(try bench.top().status(of: "x")?.identity == bench.top().status(of: "target")?.identity)
    }

    @Test("a whiteout of one of two hard links leaves the other")
    func whiteoutOfLink() throws {
        let bench = try stack(
            { tar in
                tar.entry("a", data: "x")
                tar.entry("b", type: "1", link: "a")
            },
            { tar in tar.entry(".wh.a") }
        )
        #expect(try bench.view() == ["b": "f 644 0:0 x"])
    }
}
