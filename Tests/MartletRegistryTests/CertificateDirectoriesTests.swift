import Testing

@testable import MartletRegistry

@Suite("Certificate directories")
struct CertificateDirectoriesTests {
    private func directories(_ files: [String: [String]], common: String? = nil) -> CertificateDirectories {
        CertificateDirectories(roots: ["/a", "/b"], commonDirectory: common) { files[$0] }
    }

    @Test("the first root that knows the registry decides")
    func firstRoot() throws {
        let found = directories(["/a/h:5000": ["ca.crt", "x.txt"], "/b/h:5000": ["b.crt"], "/b/h": ["h.crt"]])
        #expect(try found.trust(for: "h:5000", verify: true) == RegistryTrust(caFiles: ["/a/h:5000/ca.crt"]))
        #expect(try found.trust(for: "h", verify: true) == RegistryTrust(caFiles: ["/b/h/h.crt"]))
        #expect(try found.trust(for: "other", verify: false) == RegistryTrust(verify: false))
    }

    @Test("common authorities are trusted everywhere, and a pair is presented")
    func pairs() throws {
        let found = directories(
            ["/c": ["z.pem", "y.crt", "key.key"], "/a/h": ["client.key", "ca.crt", "client.cert"]],
            common: "/c"
        )
        #expect(
            try found.trust(for: "h", verify: true)
                == RegistryTrust(
                    caFiles: ["/c/y.crt", "/c/z.pem", "/a/h/ca.crt"],
                    clientCertificate: .init(certificateFile: "/a/h/client.cert", keyFile: "/a/h/client.key")
                )
        )
    }

    @Test("half a pair is an error that names the half", arguments: [(["a.cert"], "a.key"), (["b.key"], "b.cert")])
    func halves(names: [String], missing: String) {
        #expect { try directories(["/a/h": names]).trust(for: "h", verify: true) } throws: { error in
            guard let error = error as? RegistryError else { return false }
            return error.kind == .misconfigured && error.description.contains(missing)
        }
    }
}
