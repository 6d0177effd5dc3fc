import MartletRegistry
import Testing

private let a64 = String(repeating: "a", count: 64)

@Suite("Root file system URLs")
struct ImageReferenceRootFSTests {
    @Test(
        "are written as the Cloud Controller does",
        arguments: [
            ("nginx", "docker:///library/nginx"),
            ("nginx:1", "docker:///library/nginx#1"),
            ("user/img:t", "docker:///user/img#t"),
            ("host:5000/img:t", "docker://host:5000/img#t"),
            ("localhost/img", "docker://localhost/img"),
            ("docker.io/img", "docker://docker.io/library/img"),
            ("img@sha256:\(a64)", "docker:///library/img@sha256#\(a64)"),
            ("img:t@sha256:\(a64)", "docker:///library/img#t@sha256:\(a64)"),
        ]
    )
    func written(text: String, url: String) throws {
        let reference = try ImageReference(text)
        #expect(reference.rootFSURL == url)
        #expect(try ImageReference(rootFSURL: url) == reference)
        #expect(try ImageReference(rootFSURL: url).rootFSURL == url)
    }

    @Test(
        "are read as the cell gets them",
        arguments: [
            ("docker:///busybox#1.26.1", "docker.io/library/busybox:1.26.1"),
            ("docker:///onsi/app", "docker.io/onsi/app:latest"),
            ("docker://org/repo", "docker.io/org/repo:latest"),
            ("docker://org/x#t", "docker.io/org/x:t"),
            ("docker://registry.example.com:5000/team/app#v2", "registry.example.com:5000/team/app:v2"),
            ("docker://host.de/repo@sha256#\(a64)", "host.de/repo@sha256:\(a64)"),
            ("docker://host.de/repo@sha256:\(a64)", "host.de/repo@sha256:\(a64)"),
            ("docker:///x:t", "docker.io/library/x:t"),
            ("docker:///localhost/x", "docker.io/localhost/x:latest"),
            ("docker://host.de", "docker.io/library/host.de:latest"),
            ("docker://[::1]:5000/x", "[::1]:5000/x:latest"),
        ]
    )
    func read(url: String, whole: String) throws {
        #expect(try ImageReference(rootFSURL: url).description == whole)
    }

    @Test(
        "of another kind or shape are refused",
        arguments: [
            "", "docker:", "docker:///", "docker:////x", "docker:///x##t", "preloaded:cflinuxfs4", "DOCKER:///x",
            "docker:///host:5000/x#t", "docker:///X", "docker:///x#", "oci:///x",
        ]
    )
    func refused(url: String) {
        #expect { try ImageReference(rootFSURL: url) } throws: { error in
            (error as? RegistryError)?.kind == .invalidReference
        }
    }
}
