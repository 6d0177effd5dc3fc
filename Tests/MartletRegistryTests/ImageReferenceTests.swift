import MartletRegistry
import Testing

private let a64 = String(repeating: "a", count: 64)

@Suite("Image references")
struct ImageReferenceTests {
    @Test(
        "are completed as the field does it",
        arguments: [
            ("busybox", "docker.io/library/busybox:latest"),
            ("busybox:1.36", "docker.io/library/busybox:1.36"),
            ("org/x", "docker.io/org/x:latest"),
            ("a/b/c", "docker.io/a/b/c:latest"),
            ("docker.io/img", "docker.io/library/img:latest"),
            ("index.docker.io/img", "docker.io/library/img:latest"),
            ("index.docker.io/org/img", "docker.io/org/img:latest"),
            ("localhost/x", "localhost/x:latest"),
            ("host:5000/x", "host:5000/x:latest"),
            ("HOST/x", "HOST/x:latest"),
            ("quay.io/a/b:v1", "quay.io/a/b:v1"),
            ("[::1]:5000/x", "[::1]:5000/x:latest"),
            ("[2001:DB8::1]/x/y", "[2001:db8::1]/x/y:latest"),
            ("127.0.0.1:5000/x:t", "127.0.0.1:5000/x:t"),
            ("host:5000", "docker.io/library/host:5000"),
            ("a.b_c__d---e", "docker.io/library/a.b_c__d---e:latest"),
            ("x@sha256:\(a64)", "docker.io/library/x@sha256:\(a64)"),
            ("x:t@sha256:\(a64)", "docker.io/library/x:t@sha256:\(a64)"),
            ("[::1]:5000/x@sha256:\(a64)", "[::1]:5000/x@sha256:\(a64)"),
            ("x@sha512:\(a64)\(a64)", "docker.io/library/x@sha512:\(a64)\(a64)"),
            ("x:\(String(repeating: "t", count: 128))", "docker.io/library/x:\(String(repeating: "t", count: 128))"),
            ("x:_A.b-C", "docker.io/library/x:_A.b-C"),
            (String(repeating: "p", count: 247), "docker.io/library/\(String(repeating: "p", count: 247)):latest"),
        ]
    )
    func completed(text: String, whole: String) throws {
        let reference = try ImageReference(text)
        #expect(reference.description == whole)
        #expect(try ImageReference(whole) == reference, "the whole name means the same")
    }

    @Test("ask for the digest when there is one, else for the tag")
    func target() throws {
        #expect(try ImageReference("x").target == "latest")
        #expect(try ImageReference("x:t").target == "t")
        #expect(try ImageReference("x:t@sha256:\(a64)").target == "sha256:\(a64)")
        #expect(try ImageReference("x").tag == nil)
        let digest = try #require(Digest("sha256:\(a64)"))
        #expect(try ImageReference("x:t").pinned(to: digest).description == "docker.io/library/x:t@sha256:\(a64)")
    }

    @Test("are written without the registry when it was left out")
    func familiar() throws {
        #expect(try ImageReference("nginx").familiarName == "library/nginx:latest")
        #expect(try ImageReference("docker.io/nginx:1").familiarName == "docker.io/library/nginx:1")
        #expect(try ImageReference("host:5000/x").familiarName == "host:5000/x:latest")
    }

    @Test(
        "that cannot be asked for are refused, with the name and the rule",
        arguments: [
            "", "Upper/path", "a//b", "a/-b", "a-/b", "a/b-", "a..b", "a___b", "a._b", "/x", "x/", "a/_b", a64,
            "x:\(String(repeating: "t", count: 129))", "x:", "x:-t", "x:.t", "x:a b", "x:é", "x@", "x@sha256:aa",
            "x@md5:\(a64.prefix(32))", "x@sha256:\(a64)@sha256:\(a64)", "host:0/x", "host:65536/x", "host:/x",
            "host:5x/x", "-host.de/x", "ho_st.de/x", "a.b./x", ".a/x", "[::1/x", "[zz]/x", "[::1]x/x", "[::1]:/x",
            "[::1]", "docker.io/", "docker.io/Up", "https://host/x", "host:5000/", "x y", "é", "x\n", "x:t\0",
            "1.2.3.4:5/x:y:z", String(repeating: "p", count: 248), "localhost:5000/X", "user@host/x", "x?y", "x#y",
        ]
    )
    func refused(text: String) {
        #expect { try ImageReference(text) } throws: { error in
            (error as? RegistryError)?.kind == .invalidReference
        }
    }

    @Test("read from anything either fail cleanly or keep every promise", arguments: UInt64(1)...40)
    func property(seed: UInt64) {
        var random = Seeded(seed)
        for _ in 0..<300 {
            let text = random.text(of: "aaaabz019.._--//::@#[]AZé \n\0%", upTo: 24)
            guard let reference = try? ImageReference(text) else { continue }
            #expect((1...255).contains(reference.path.utf8.count), "\(text)")
            #expect(reference.path.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789._-/".contains($0) }, "\(text)")
            #expect(!reference.path.hasPrefix("/") && !reference.path.contains(".."), "\(text)")
            #expect(!reference.domain.isEmpty && !reference.domain.contains("/"), "\(text)")
            #expect((try? ImageReference(reference.description)) == reference, "\(text)")
            #expect((try? ImageReference(rootFSURL: reference.rootFSURL)) == reference, "\(text)")
        }
    }
}
