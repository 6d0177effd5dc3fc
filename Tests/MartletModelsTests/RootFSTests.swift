import MartletModels
import Testing

@Suite("Root file system")
struct RootFSTests {
    @Test(
        "the scheme decides whether the flag governs it",
        arguments: [
            ("docker:///library/busybox", "docker", true),
            ("DOCKER://host:5000/a/b#tag", "docker", true),
            ("preloaded:cflinuxfs4", "preloaded", false),
            ("preloaded+layer:cflinuxfs4?layer=https://x/y:z", "preloaded+layer", false),
            ("oci-archive:/x", "oci-archive", true),
            ("tomorrow+x:y", "tomorrow+x", true),
            ("", nil, true),
            ("ploop", nil, true),
            (":x", nil, true),
            ("1a:x", nil, true),
            ("a b:x", nil, true),
            ("ä:x", nil, true),
        ] as [(String, String?, Bool)]
    )
    func scheme(url: String, scheme: String?, isDocker: Bool) {
        #expect(RootFS(url).scheme == scheme)
        #expect(RootFS(url).isDocker == isDocker)
    }

    @Test("what is behind the scheme ends at the query")
    func opaque() {
        #expect(RootFS("preloaded+layer:stack4?layer=a:b").opaque == "stack4")
        #expect(RootFS("preloaded:stack4").opaque == "stack4")
        #expect(RootFS("stack4").opaque == "")
    }

    @Test("a provider offers its scheme, limited to its names if it has any")
    func provider() {
        let docker = RootFSProvider(name: "docker")
        let preloaded = RootFSProvider(name: "preloaded", properties: ["stack4"])
        #expect(docker.provides(RootFS("docker://h/a")))
        #expect(!docker.provides(RootFS("preloaded:stack4")))
        #expect(preloaded.provides(RootFS("preloaded:stack4")))
        #expect(!preloaded.provides(RootFS("preloaded:stack5")))
    }
}
