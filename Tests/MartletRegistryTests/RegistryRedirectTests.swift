import MartletHTTP
import Testing

@testable import MartletRegistry

@Suite("Redirects")
struct RegistryRedirectTests {
    private static let bob = RegistryCredentials(username: "bob", password: "hunter2")

    /// A registry with Basic authentication that sends blobs elsewhere.
    private func redirecting(to location: String?, status: Int = 307) -> @Sendable (SeenRequest, Int) -> Scripted? {
        { request, _ in
            guard request.url.hasPrefix("https://reg.test/") || request.url.hasPrefix("http://reg.test/") else {
                return nil
            }
            guard request.authorization != nil else { return .status(401, ["WWW-Authenticate": "Basic realm=r"]) }
            guard request.url.contains("/blobs/") else { return nil }
            guard let location else { return .status(status) }
            let name = request.url.split(separator: "/").last.map(String.init) ?? ""
            return .status(status, ["Location": location + name])
        }
    }

    @Test(
        "lead to another host, port or scheme without credentials",
        arguments: ["https://cdn.test/a/b/blobs/", "https://reg.test:444/v2/app/blobs/", "//cdn.test/blobs/"],
        [301, 302, 303, 307, 308]
    )
    func elsewhere(location: String, status: Int) async throws {
        let rig = try Rig(fault: redirecting(to: location, status: status))
        #expect(try await rig.pull(Self.bob) == rig.image.layer)
        for request in await rig.network.requests where !request.url.hasPrefix("https://reg.test/") {
            #expect(request.authorization == nil)
        }
        #expect(await rig.network.requests.count { !$0.url.hasPrefix("https://reg.test/") } == 2)
    }

    @Test(
        "that turn in circles, leave http, fall back to clear text or say nothing are errors",
        arguments: [
            "/v2/app/blobs/", "file:///etc/", "http://cdn.test/blobs/", "https://u:p@cdn.test/", nil,
        ] as [String?]
    )
    func refused(location: String?) async throws {
        let rig = try Rig(fault: redirecting(to: location))
        #expect(await rig.failure(Self.bob)?.kind == .invalidAnswer)
        #expect(await rig.network.count("/blobs/") <= 6)
        #expect(await rig.network.count("http://") == 0)
    }

    @Test("to clear text are followed from a listed host")
    func listed() async throws {
        let rig = try Rig(insecure: ["reg.test"], fault: redirecting(to: "http://cdn.test/blobs/"))
        #expect(try await rig.pull(Self.bob) == rig.image.layer)
    }

    @Test("that come back to the registry from elsewhere bring no credentials")
    func boomerang() async throws {
        let rig = try Rig { request, _ in
            if request.url.hasPrefix("https://cdn.test/") {
                return .status(307, ["Location": "https://reg.test/v2/secret/blobs/x"])
            }
            guard request.authorization != nil || request.url.contains("secret") else {
                return .status(401, ["WWW-Authenticate": "Basic realm=r"])
            }
            return request.url.contains("/app/blobs/") ? .status(307, ["Location": "https://cdn.test/"]) : nil
        }
        #expect(await rig.failure(Self.bob) != nil)
        for request in await rig.network.requests where request.url.contains("secret") {
            #expect(request.authorization == nil)
        }
    }
}
