import Glibc
import MartletCell
import MartletImages
import MartletLinux
import MartletLog
import MartletModels
import MartletRegistry
import MartletTestSupport
import Testing

@Suite("Root file systems of a cell", .enabled(if: getuid() == 0, "needs root"))
struct ImageRootFSTests {
    private func request(_ container: String, _ name: String, _ slot: UInt32) -> RootFSRequest {
        RootFSRequest(
            container: InstanceGUID(container),
            rootFS: RootFS("preloaded:\(name)"),
            credentials: ImageCredentials(username: "", password: ""),
            range: IDRange(base: 65_536 * slot),
            diskMB: 0
        )
    }

    @Test("layers go with the last container that needs them, once all take more than the cache may")
    func cache() async throws {
        let scratch = try ScratchDirectory("martlet-cache")
        var tar = TarStream()
        tar.entry("file", data: String(repeating: "x", count: 10_000))
        try Files.replace(scratch.file("stack.tar"), with: tar.finished())
        let layers = try await LayerStore.open(at: scratch.file("images"), log: .discarding)
        let store = try await RootFSStore.open(beside: layers, log: .discarding)
        let puller = ImagePuller(
            store: layers,
            source: NoImages(),
            preloaded: ["stack": scratch.file("stack.tar")],
            log: .discarding
        )
        for (cacheBytes, left) in [(1 << 30, 1), (0, 0)] as [(Int64, Int)] {
            let roots = ImageRootFS(
                puller: puller,
                store: store,
                layers: layers,
                cacheBytes: cacheBytes,
                log: .discarding
            )
            _ = try await roots.prepare(request("c1", "stack", 40))
            _ = try await roots.prepare(request("c2", "stack", 41))
            try await roots.discard(InstanceGUID("c1"))
            #expect(await layers.contents.count == 1)
            try await roots.discard(InstanceGUID("c2"))
            #expect(await layers.contents.count == left)
        }
    }
}
