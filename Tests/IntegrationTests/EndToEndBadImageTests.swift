import FoundationEssentials
import MartletCloudController
import MartletHTTP
import MartletLinux
import MartletTestSupport
import Testing

/// Images whose manifest is fine, so that only the cell finds out.
@Suite("Bad images, end to end", .serialized, .enabled(if: EndToEndBench.available, "needs root and real parts"))
struct EndToEndBadImageTests {
    enum Damage: CaseIterable { case flippedByte, cut, other }

    @Test("a layer that is not what its digest says never runs, and the digest is named", arguments: Damage.allCases)
    func damagedLayer(_ damage: Damage) async throws {
        try await EndToEndBench.with { bench in
            var tar = try EndToEndBench.webLayer()
            tar.add("other", .directory)
            let layout = try await bench.pushImage("team/bad:v1", layer: tar.finished())
            let digest = try largestBlob(of: layout)
            let hex = digest.dropFirst("sha256:".count)
            let path = "\(bench.registry.dataDirectory)/docker/registry/v2/blobs/sha256/\(hex.prefix(2))/\(hex)/data"
            try Files.replace(path, with: damaged(try Files.read(path), damage))
            let details = try await crash(bench, "team/bad:v1")
            #expect(details.contains(digest), "\(details)")
            try await expectRefusal(bench)
        }
    }

    @Test("a layer that leads out of its root is refused", arguments: ["../escape", "www/../../escape"])
    func escapingLayer(_ name: String) async throws {
        try await EndToEndBench.with { bench in
            var tar = try EndToEndBench.webLayer()
            tar.add(name, .file(Array("out\n".utf8)), mode: 0o644)
            _ = try await bench.pushImage("team/bad:v1", layer: tar.finished())
            let details = try await crash(bench, "team/bad:v1")
            #expect(details.contains("A layer has an entry that leaves its root: \(name)."), "\(details)")
            let found = try await SystemTool.run(["find", bench.martlet.dataDirectory, "-name", "escape"])
            #expect(String(decoding: found, as: UTF8.self) == "")
            try await expectRefusal(bench)
        }
    }

    /// Pushes the image, which the server takes, and waits until the cell has given up on it.
    /// - Returns: the reason that an operator sees.
    private func crash(_ bench: EndToEndBench, _ image: String) async throws -> String {
        let push = try await bench.push("bad", "\(bench.registry.address)/\(image)")
        #expect(push.status == 1)
        let body = try await bench.api(.get, "/martlet/v1/apps/bad").body
        let instance = try #require(
            try JSONDecoder().decode(AppResource.self, from: Data(body.utf8)).instances.first,
            "\(push.stderr)"
        )
        #expect(instance.crashCount >= 1)
        return instance.details ?? ""
    }

    /// The same is seen by `why`; then the app goes, and nothing of it is left.
    private func expectRefusal(_ bench: EndToEndBench) async throws {
        #expect(try await bench.martlet.run(["why", "bad"]).stdout.contains("crash"))
        #expect(try await bench.martlet.run(["delete", "bad", "--force"]).status == 0)
        try await bench.expectNothingLeft()
        let volumes = try Files.list("\(bench.martlet.dataDirectory)/cell/images/volumes")
        #expect(volumes == [])
        let good = try await bench.push("web", bench.web)
        #expect(good.status == 0, "\(good.stderr)")
        #expect(try await bench.martlet.run(["delete", "web", "--force"]).status == 0)
    }

    private func largestBlob(of layout: OCILayoutBuilder) throws -> String {
        let directory = "\(layout.path)/blobs/sha256"
        let sizes = try Files.list(directory).map { ($0, try Files.read("\(directory)/\($0)").count) }
        return "sha256:" + (sizes.max { $0.1 < $1.1 }?.0 ?? "")
    }

    private func damaged(_ bytes: [UInt8], _ damage: Damage) -> [UInt8] {
        var bytes = bytes
        switch damage {
        case .flippedByte: bytes[bytes.count / 2] ^= 1
        case .cut: bytes.removeLast(bytes.count / 3)
        case .other: bytes = Array(repeating: 0x41, count: bytes.count)
        }
        return bytes
    }
}
