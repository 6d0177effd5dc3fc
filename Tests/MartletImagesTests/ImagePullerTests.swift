import Glibc
import MartletLinux
import MartletLog
import MartletRegistry
import MartletTestSupport
import Testing

@testable import MartletImages

@Suite("Image puller", .enabled(if: getuid() == 0, "needs root"))
struct ImagePullerTests {
    private let bench: StoreBench
    private let layout: OCILayoutBuilder

    init() async throws {
        bench = try StoreBench()
        layout = try await StoreBench.layout()
    }

    private func puller(_ source: LayoutSource, _ store: LayerStore, limits: LayerLimits = LayerLimits()) -> ImagePuller
    {
        ImagePuller(store: store, source: source, limits: limits, log: .discarding)
    }

    /// What the layers of an image show together.
    private func view(_ image: PulledImage, _ store: LayerStore) throws -> [String: String] {
        guard let root = try LowerView.open(image.chainIDs.reversed().map({ store.layout.volume($0) })) else {
            return [:]
        }
        return try TreeListing(root).files
    }

    private static let shown = [
        "etc": "d 755 0:0", "etc/passwd": "f 644 0:0 root", "etc/same": "f 644 0:0 root", "app": "f 4755 1000:0 app",
    ]

    @Test("a pull brings all layers, and a second one fetches nothing")
    func pull() async throws {
        let store = try await bench.open()
        let source = LayoutSource(layout.path)
        let progress = Locked<[PullProgress]>([])
        let puller = puller(source, store)
        let image = try await puller.pull(StoreBench.reference()) { step in progress.withLock { $0.append(step) } }
        #expect(try view(image, store) == Self.shown)
        #expect(image.config.env.count == 1)
        #expect(progress.withLock { $0.count } == 4)
        #expect(await store.contents == Set(image.chainIDs))
        #expect(await store.size(of: image.chainIDs[2]) == 3)
        let again = try await puller.pull(StoreBench.reference())
        #expect(again.chainIDs == image.chainIDs)
        #expect(source.made.resolved == 2)
        #expect(Set(source.made.fetched.values) == [1])
        try bench.expectTidy()
    }

    @Test("by digest, a complete image needs no registry, not even after a restart")
    func byDigest() async throws {
        let source = LayoutSource(layout.path)
        let first = try await puller(source, bench.open()).pull(StoreBench.reference())
        let silent = LayoutSource("/nonexistent")
        let pinned = try StoreBench.reference().pinned(to: first.manifestDigest)
        let again = try await puller(silent, bench.open()).pull(pinned)
        #expect(again.chainIDs == first.chainIDs)
        #expect(again.config == first.config)
        #expect(silent.made == LayoutSource.Calls())
    }

    @Test("an image of which layers were collected is pulled again, not remembered")
    func collected() async throws {
        let store = try await bench.open()
        var first: PulledImage? = try await puller(LayoutSource(layout.path), store).pull(StoreBench.reference())
        let digest = try #require(first?.manifestDigest)
        first = nil  // Ends its lease.
        #expect(try await store.collectGarbage(above: 0).removed.count == 3)
        #expect(try Files.list("\(bench.path)/manifests") == [])
        let source = LayoutSource(layout.path)
        let pinned = try StoreBench.reference().pinned(to: digest)
        #expect(try await puller(source, store).pull(pinned).chainIDs.count == 3)
        #expect(source.made.resolved == 1)
    }

    @Test("twenty pulls at once fetch every blob once")
    func together() async throws {
        let store = try await bench.open()
        let source = LayoutSource(layout.path, pieceSize: 100)
        let puller = puller(source, store)
        let reference = try StoreBench.reference()
        let chains = try await withThrowingTaskGroup(of: [ChainID].self) { group in
            for _ in 0..<20 { group.addTask { try await puller.pull(reference).chainIDs } }
            return try await group.reduce(into: Set<[ChainID]>()) { $0.insert($1) }
        }
        #expect(chains.count == 1)
        #expect(source.made.fetched.count == 3)
        #expect(Set(source.made.fetched.values) == [1])
        try bench.expectTidy()
    }

    @Test("when the pull that does the work is cancelled, one that waits takes over")
    func handOver() async throws {
        let store = try await bench.open()
        let (started, signal) = AsyncStream<Void>.makeStream()
        let firstTime = Locked(true)
        let source = LayoutSource(
            layout.path,
            beforePiece: { _, _ in
                // The first download hangs until its task is cancelled.
                let hangs = firstTime.withLock { first in
                    defer { first = false }
                    return first
                }
                guard hangs else { return }
                signal.yield()
                try? await Task.sleep(for: .seconds(600))
            }
        )
        let puller = puller(source, store)
        let reference = try StoreBench.reference()
        let leader = Task { try await puller.pull(reference).chainIDs }
        for await _ in started { break }
        let waiter = Task { try await puller.pull(reference).chainIDs }
        while source.made.resolved < 2 { await Task.yield() }
        leader.cancel()
        #expect(try await waiter.value.count == 3)
        let failure = await leader.result
        #expect(throws: ImageError.self) { try failure.get() }
        try bench.expectTidy()
    }

    @Test("a cancelled pull ends with nothing half done")
    func cancelled() async throws {
        let store = try await bench.open()
        let (started, signal) = AsyncStream<Void>.makeStream()
        let source = LayoutSource(
            layout.path,
            pieceSize: 50,
            beforePiece: { _, piece in
                guard piece == 1 else { return }
                signal.yield()
                try? await Task.sleep(for: .seconds(600))
            }
        )
        let reference = try StoreBench.reference()
        let pull = Task { try await ImagePuller(store: store, source: source, log: .discarding).pull(reference) }
        for await _ in started { break }
        pull.cancel()
        do {
            _ = try await pull.value
            Issue.record("a cancelled pull succeeded")
        } catch { #expect((error as? ImageError)?.kind == .cancelled) }
        #expect(await store.contents == [])
        try bench.expectTidy()
    }

    @Test("bytes that are wrong once are fetched again; wrong twice, the pull fails and leaves nothing")
    func damaged() async throws {
        let store = try await bench.open()
        let reference = try StoreBench.reference()
        let wrongDiffID = LayoutSource(layout.path) { image in
            var image = image
            image.config.diffIDs[1] = Digest(of: [1])
            return image
        }
        await #expect(throws: ImageError.self) { try await puller(wrongDiffID, store).pull(reference) }
        // Whatever was right below it stays.
        #expect(await store.contents.count == 1)
        for change: Int64 in [-1, 1] {
            let wrongSize = LayoutSource(layout.path) { image in
                var image = image
                image.manifest.layers[2].size += change
                return image
            }
            await #expect(throws: ImageError.self) { try await puller(wrongSize, store).pull(reference) }
        }
        #expect(await store.contents.count == 2)
        try bench.expectTidy()
        #expect(try await puller(LayoutSource(layout.path), store).pull(reference).chainIDs.count == 3)
    }

    @Test("the text of a wrong digest names both, and the layer")
    func digestText() async throws {
        let layer = Locked("")
        let source = LayoutSource(layout.path) { image in
            var image = image
            layer.withLock { $0 = "\(image.manifest.layers[0].digest)" }
            image.config.diffIDs[0] = Digest(of: [1])
            return image
        }
        do {
            _ = try await puller(source, bench.open()).pull(StoreBench.reference())
            Issue.record("a wrong digest was accepted")
        } catch let error as ImageError {
            #expect(error.kind == .corrupt)
            #expect(error.description.hasPrefix("diffID digest mismatch: expected \(Digest(of: [1])), got sha256:"))
            #expect(error.description.hasSuffix(". The layer is \(layer.withLock { $0 })."))
        }
        #expect(Set(source.made.fetched.values).contains(2))
    }

    @Test("a failure of the source is the pull's, once for all who wait")
    func failing() async throws {
        let store = try await bench.open()
        let source = LayoutSource(
            layout.path,
            beforePiece: { _, _ throws(ImageError) in throw ImageError(.temporary, "away") }
        )
        await #expect(throws: ImageError(.temporary, "away")) {
            try await puller(source, store).pull(StoreBench.reference())
        }
        try bench.expectTidy()
    }

    @Test("an image that cannot run is refused before anything is fetched")
    func preflight() async throws {
        let store = try await bench.open()
        func kind(_ change: @escaping @Sendable (inout ResolvedImage) -> Void) async throws -> ImageError.Kind? {
            let source = LayoutSource(layout.path) { image in
                var image = image
                change(&image)
                return image
            }
            defer { #expect(source.made.fetched == [:]) }
            do { _ = try await puller(source, store).pull(StoreBench.reference()) } catch {
                return (error as? ImageError)?.kind
            }
            return nil
        }
        #expect(try await kind { $0.config.diffIDs.removeLast() } == .corrupt)
        #expect(try await kind { $0.manifest.layers[0].mediaType = "text/plain" } == .unsupported)
        #expect(try await kind { $0.manifest.layers[0].mediaType += "+encrypted" } == .unsupported)
        #expect(try await kind { $0.manifest.layers[0].size = 0 } == .corrupt)
        #expect(try await kind { $0.manifest.layers[0].size = 21 << 30 } == .tooLarge)
        #expect(
            try await kind { image in
                image.manifest.layers = Array(repeating: image.manifest.layers[0], count: 501)
                image.config.diffIDs = Array(repeating: image.config.diffIDs[0], count: 501)
            } == .unsupported
        )
    }

    @Test("the same layer twice is two layers")
    func repeated() async throws {
        let store = try await bench.open()
        let source = LayoutSource(layout.path) { image in
            var image = image
            image.manifest.layers = [image.manifest.layers[0], image.manifest.layers[0]]
            image.config.diffIDs = [image.config.diffIDs[0], image.config.diffIDs[0]]
            return image
        }
        let image = try await puller(source, store).pull(StoreBench.reference())
        #expect(Set(image.chainIDs).count == 2)
        #expect(try view(image, store)["etc/passwd"] == "f 644 0:0 root")
    }

    @Test("a bomb is stopped by size and by ratio")
    func bombs() async throws {
        let layout = try OCILayoutBuilder()
        var tar = TarStream()
        tar.raw(Array("zeros".utf8), data: Array(repeating: 0, count: 8 << 20))
        try await layout.addImage(tag: "v1", layers: [.init(tar: tar.finished())])
        let store = try await bench.open()
        var (bySize, byRatio) = (LayerLimits(), LayerLimits())
        bySize.uncompressedSize = 1 << 20
        (byRatio.ratio, byRatio.ratioFloor) = (100, 1 << 20)
        for limits in [bySize, byRatio] {
            do {
                _ = try await puller(LayoutSource(layout.path), store, limits: limits).pull(StoreBench.reference())
                Issue.record("a bomb was unpacked")
            } catch let error as ImageError { #expect(error.kind == .tooLarge) }
        }
        try bench.expectTidy()
    }

    @Test("bytes after the archive's end count for the digest")
    func trailing() async throws {
        let layout = try OCILayoutBuilder()
        var tar = TarStream()
        tar.entry("a", data: "x")
        let bytes = tar.finished() + Array(repeating: 7, count: 300_000)
        try await layout.addImage(tag: "v1", layers: [.init(tar: bytes), .init(tar: [], compression: .gzip)])
        let store = try await bench.open()
        let image = try await puller(LayoutSource(layout.path), store).pull(StoreBench.reference())
        #expect(try view(image, store) == ["a": "f 644 0:0 x"])
    }

    @Test("preloaded: an archive is unpacked once for each of its states, a directory stays where it is")
    func preloaded() async throws {
        let archive = bench.scratch.file("rootfs.tar")
        var tar = TarStream()
        tar.entry("bin/sh", data: "sh", mode: 0o755)
        try Files.replace(archive, with: tar.finished())
        let store = try await bench.open()
        let puller = ImagePuller(
            store: store,
            source: LayoutSource("/nonexistent"),
            preloaded: ["tar": archive, "directory": bench.scratch.path],
            log: .discarding
        )
        let one = try await puller.preloaded("tar")
        #expect(try await puller.preloaded("tar").content == one.content)
        #expect(await store.contents.count == 1)
        try Files.replace(archive, with: tar.finished())
        #expect(try await puller.preloaded("tar").content != one.content)
        #expect(try await puller.preloaded("directory").content == .directory(bench.scratch.path))
        await #expect(throws: ImageError.self) { try await puller.preloaded("unknown") }
        try bench.expectTidy()
    }
}
