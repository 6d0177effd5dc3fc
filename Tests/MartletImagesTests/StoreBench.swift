import Glibc
import MartletLinux
import MartletLog
import MartletRegistry
import MartletTestSupport
import Testing

@testable import MartletImages

/// A store in a directory of one test, with its mounts removed when the test ends.
final class StoreBench: Sendable {
    let scratch: ScratchDirectory
    var path: String { scratch.file("store") }

    init() throws {
        scratch = try ScratchDirectory("martlet-store")
    }

    deinit {
        for id in (try? Files.list("\(path)/images")) ?? [] {
            try? Unmount.detach("\(path)/images/\(id)/rootfs", attempts: 1)
        }
        try? Descriptor.open(scratch.path, O_RDONLY | O_DIRECTORY).removeContents()
    }

    func open() async throws -> LayerStore { try await LayerStore.open(at: path, log: .discarding) }

    /// Nothing half done is left.
    func expectTidy() throws {
        #expect(try Files.list("\(path)/tmp") == [])
        #expect(try Files.list("\(path)/trash") == [])
    }

    /// Three layers: the second hides and links, the third is not compressed with gzip.
    static func layout() async throws -> OCILayoutBuilder {
        let layout = try OCILayoutBuilder()
        var (one, two, three) = (TarStream(), TarStream(), TarStream())
        one.entry("etc/", type: "5", mode: 0o755)
        one.entry("etc/passwd", data: "root")
        one.entry("gone", data: String(repeating: "gone", count: 20_000))
        two.entry(".wh.gone")
        two.entry("etc/same", type: "1", link: "etc/passwd")
        three.entry("app", data: "app", mode: 0o4755, uid: 1_000)
        let layers: [OCILayoutBuilder.Layer] = [
            .init(tar: one.finished()), .init(tar: two.finished(), compression: .none),
            .init(tar: three.finished(), compression: .zstd),
        ]
        try await layout.addImage(tag: "v1", layers: layers)
        return layout
    }

    static func reference(_ text: String = "registry.test/app:v1") throws -> ImageReference { try ImageReference(text) }
}
