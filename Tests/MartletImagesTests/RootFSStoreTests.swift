import Glibc
import MartletLinux
import MartletLog
import MartletRegistry
import MartletTestSupport
import Testing

@testable import MartletImages

@Suite("Root file systems", .enabled(if: getuid() == 0, "needs root"))
struct RootFSStoreTests {
    private let bench: StoreBench
    private let ids = IDRange(base: 2_000_000 / 65_536 * 65_536)

    init() throws { bench = try StoreBench() }

    private func open() async throws -> (layers: LayerStore, roots: RootFSStore, image: PulledImage) {
        let layers = try await bench.open()
        let roots = try await RootFSStore.open(beside: layers, log: .discarding)
        let layout = try await StoreBench.layout()
        let puller = ImagePuller(store: layers, source: LayoutSource(layout.path), log: .discarding)
        return (layers, roots, try await puller.pull(StoreBench.reference()))
    }

    private func listing(_ path: String) throws -> [String: String] {
        try TreeListing(Descriptor.open(path, O_RDONLY | O_DIRECTORY)).files
    }

    @Test("a container sees the image with its own ids, and writes without touching it")
    func mapped() async throws {
        let (_, roots, image) = try await open()
        let root = try await roots.create("c1", from: image.base, ids: ids)
        let base = Int(ids.base)
        let expected = [
            "etc": "d 755 \(base):\(base)", "etc/passwd": "f 644 \(base):\(base) root",
            "etc/same": "f 644 \(base):\(base) root", "app": "f 4755 \(base + 1_000):\(base) app",
        ]
        #expect(try listing(root.path) == expected)
        try Files.replace("\(root.path)/etc/new", with: Array("new".utf8))
        try Files.removeFile("\(root.path)/app")
        let other = try await roots.create("c2", from: image.base, ids: IDRange(base: ids.base + 65_536))
        #expect(try listing(other.path)["app"] == "f 4755 \(base + 65_536 + 1_000):\(base + 65_536) app")
        #expect(try listing(other.path)["etc/new"] == nil)
        #expect(try await roots.list() == ["c1", "c2"])
        for id in ["c1", "c2", "c2", "never"] { try await roots.destroy(id) }
        #expect(try await roots.list() == [])
        try bench.expectTidy()
    }

    @Test("layers in use are not collected, not even after a restart; afterwards they are")
    func leases() async throws {
        do {
            let (_, roots, image) = try await open()
            _ = try await roots.create("c1", from: image.base, ids: ids)
        }
        let layers = try await bench.open()
        let roots = try await RootFSStore.open(beside: layers, log: .discarding)
        #expect(try await layers.collectGarbage(above: 0).removed == [])
        try await roots.destroy("c1")
        #expect(try await layers.collectGarbage(above: 0).removed.count == 3)
        try bench.expectTidy()
    }

    @Test("an image without layers is an empty directory")
    func empty() async throws {
        let (_, roots, _) = try await open()
        let root = try await roots.create("c1", from: RootFSBase(content: .layers([]), lease: nil), ids: ids)
        #expect(try listing(root.path) == [:])
        #expect(try Descriptor.open(root.path, O_RDONLY | O_DIRECTORY).status().userID == ids.base)
        try await roots.destroy("c1")
    }

    @Test("a directory of this machine is mapped, and never written to")
    func directory() async throws {
        let (_, roots, _) = try await open()
        let path = bench.scratch.file("base")
        try Files.makeDirectories(path)
        try Files.replace("\(path)/file", with: Array("base".utf8))
        let root = try await roots.create("c1", from: RootFSBase(content: .directory(path), lease: nil), ids: ids)
        #expect(try listing(root.path) == ["file": "f 644 \(ids.base):\(ids.base) base"])
        try Files.replace("\(root.path)/file", with: Array("changed".utf8))
        #expect(try Files.readText("\(path)/file") == "base")
        try await roots.destroy("c1")
    }

    @Test("ids that are paths, used ids and missing layers are refused, and leave nothing")
    func refusals() async throws {
        let (_, roots, image) = try await open()
        for id in ["", ".", "..", "a/b", "a\n", String(repeating: "x", count: 201)] {
            await #expect(throws: ImageError.self) { try await roots.create(id, from: image.base, ids: ids) }
            await #expect(throws: ImageError.self) { try await roots.destroy(id) }
        }
        _ = try await roots.create("c1", from: image.base, ids: ids)
        await #expect(throws: ImageError.self) { try await roots.create("c1", from: image.base, ids: ids) }
        let missing = RootFSBase(content: .layers([ChainID(Digest(of: [1]))]), lease: nil)
        await #expect(throws: ImageError.self) { try await roots.create("c2", from: missing, ids: ids) }
        let nowhere = RootFSBase(content: .directory("/nonexistent"), lease: nil)
        await #expect(throws: ImageError.self) { try await roots.create("c3", from: nowhere, ids: ids) }
        #expect(try await roots.list() == ["c1"])
        #expect(try await roots.destroyUnknown(keeping: []) == ["c1"])
        #expect(try await roots.destroyUnknown(keeping: []) == [])
    }

    @Test("one that is still used goes when its last user does")
    func busy() async throws {
        let (_, roots, image) = try await open()
        let root = try await roots.create("c1", from: image.base, ids: ids)
        let held = try Descriptor.open("\(root.path)/etc/passwd", O_RDONLY)
        try Unmount.detach(root.path, attempts: 2)
        #expect(try held.readAll() == Array("root".utf8))
        try await roots.destroy("c1")
        #expect(try await roots.list() == [])
    }
}
