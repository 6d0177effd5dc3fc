import Testing

@testable import MartletRegistry

@Suite("Choice of a platform")
struct PlatformChoiceTests {
    /// An entry whose digest tells its position.
    private func entries(_ platforms: [(String, String, String?)?]) -> [ManifestDocument.IndexEntry] {
        platforms.enumerated().map { index, platform in
            .init(
                descriptor: ImageDescriptor(
                    mediaType: MediaType.ociManifest,
                    digest: Digest(of: [UInt8(index)]),
                    size: Int64(index)
                ),
                platform: platform.map { Platform(os: $0.0, architecture: $0.1, variant: $0.2) },
                isArtifact: false
            )
        }
    }

    @Test(
        "takes the best variant, and of equals the first",
        arguments: [
            ("amd64", nil, [("unknown", "unknown", nil), ("linux", "arm64", nil), ("linux", "amd64", nil)], 2),
            ("amd64", nil, [("linux", "amd64", nil), ("linux", "amd64", nil)], 0),
            ("amd64", nil, [("linux", "amd64", "v3")], nil),
            ("amd64", "v3", [("linux", "amd64", "v2"), ("linux", "amd64", "v3"), ("linux", "amd64", "v4")], 1),
            ("amd64", "v3", [("linux", "amd64", "v3"), ("linux", "amd64", nil)], 1),
            ("arm64", nil, [("linux", "arm64", nil), ("linux", "arm64", "v8")], 1),
            ("arm64", "v8", [("linux", "arm64", "")], 0),
            ("arm", "v7", [("linux", "arm", "v8"), ("linux", "arm", "v6"), ("linux", "arm", "v7")], 2),
            ("arm", "v7", [("linux", "arm", "v5"), ("linux", "arm", nil)], 0),
            ("amd64", nil, [("windows", "amd64", nil), ("linux", "arm64", nil)], nil),
            ("amd64", nil, [nil, ("linux", "arm64", nil)], 0),
            ("amd64", nil, [nil, ("linux", "amd64", nil)], 1),
            ("amd64", nil, [], nil),
            ("riscv64", nil, [("linux", "riscv64", nil)], 0),
        ] as [(String, String?, [(String, String, String?)?], Int?)]
    )
    func choice(architecture: String, variant: String?, list: [(String, String, String?)?], expected: Int?) {
        let platform = Platform(architecture: architecture, variant: variant)
        #expect(entries(list).choose(for: platform)?.size == expected.map(Int64.init))
    }

    @Test("never takes an artifact or something that is no manifest")
    func artifacts() {
        var list = entries([("linux", "amd64", nil), ("linux", "amd64", nil), nil])
        list[0].isArtifact = true
        list[1].descriptor.mediaType = MediaType.schema1[0]
        list[2].isArtifact = true
        #expect(list.choose(for: Platform(architecture: "amd64")) == nil)
    }
}
