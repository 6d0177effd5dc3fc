import MartletCrypto
import MartletHTTP
import MartletModels
import Testing

@testable import MartletRegistry

@Suite("Authorisation")
struct RegistryAuthTests {
    private static let bob = RegistryCredentials(username: "bob", password: "hunter2")
    private static let challenge: HTTPHeaders = [
        "WWW-Authenticate": #"Bearer realm="https://auth.test/token?x=1",service="reg, \"one\"""#
    ]

    /// A registry that wants a bearer token for everything below `/v2/app`, and its token server.
    private func bearer(
        pingIsOpen: Bool = false,
        grant: @escaping @Sendable (SeenRequest, Int) -> Scripted = { _, earlier in
            .status(200, [:], #"{"token":"t\#(earlier)"}"#)
        },
        accepts: @escaping @Sendable (SeenRequest) -> Bool = { $0.authorization?.hasPrefix("Bearer t") == true }
    ) -> @Sendable (SeenRequest, Int) -> Scripted? {
        { request, earlier in
            if request.url.hasPrefix("https://auth.test/") { return grant(request, earlier) }
            if request.url.hasSuffix("/v2/"), pingIsOpen { return nil }
            guard !accepts(request) else { return nil }
            var headers = Self.challenge
            if !request.url.hasSuffix("/v2/") {
                headers = ["WWW-Authenticate": Self.challenge.fields[0].value + #",scope="repository:app:pull""#]
            }
            return .status(401, headers)
        }
    }

    @Test("a token is fetched for the repository and used for all of it")
    func token() async throws {
        let rig = try Rig(fault: bearer())
        #expect(try await rig.pull(Self.bob) == rig.image.layer)
        let requests = await rig.network.requests
        let tokenRequests = requests.filter { $0.url.contains("auth.test") }
        #expect(
            tokenRequests.map(\.line) == [
                "GET https://auth.test/token?x=1&account=bob&service=reg%2C%20%22one%22&scope=repository%3Aapp%3Apull"
            ]
        )
        #expect(tokenRequests[0].authorization == "Basic " + Base64.encode(Array("bob:hunter2".utf8)))
        #expect(requests.filter { $0.url.contains("/app/") }.allSatisfy { $0.authorization == "Bearer t0" })
    }

    @Test("an open ping does not mean open blobs")
    func openPing() async throws {
        let rig = try Rig(fault: bearer(pingIsOpen: true))
        #expect(try await rig.pull() == rig.image.layer)
        #expect(await rig.network.count("auth.test") == 1)
        #expect(await rig.network.requests.allSatisfy { !$0.url.contains("account=") })
    }

    @Test("a token that was refused is replaced once")
    func expired() async throws {
        let rig = try Rig(
            fault: bearer(accepts: { request in
                // The first token is good for the manifest only.
                request.authorization == "Bearer t1"
                    || (request.authorization == "Bearer t0" && request.url.contains("manifests"))
            })
        )
        #expect(try await rig.pull() == rig.image.layer)
        #expect(await rig.network.count("auth.test") == 2)
    }

    @Test("a token lives a minute at least, and is renewed ten seconds early", arguments: [(49, 1), (50, 2)])
    func lifetime(seconds: Int, tokenRequests: Int) async throws {
        let rig = try Rig(
            fault: bearer(grant: { _, earlier in
                .status(200, [:], #"{"token":"","access_token":"t\#(earlier)","expires_in":1}"#)
            })
        )
        let resolved = try await rig.resolve()
        rig.time.advance(by: .seconds(seconds))
        _ = try await rig.layer(resolved.manifest.layers[0])
        #expect(await rig.network.count("auth.test") == tokenRequests)
    }

    @Test("a wrong password is told after one request for a token", arguments: [401, 403])
    func wrongPassword(status: Int) async throws {
        let rig = try Rig(fault: bearer(grant: { _, _ in .status(status) }))
        let failure = await rig.failure(Self.bob)
        #expect(failure?.kind == .denied)
        #expect(failure?.description.hasPrefix("authorization failed: username and password are invalid") == true)
        #expect(failure?.description.contains("hunter2") == false)
        #expect(await rig.network.count("auth.test") == 1)
    }

    @Test("a good token without the right ends the pull")
    func noPermission() async throws {
        let rig = try Rig(fault: bearer(accepts: { _ in false }))
        let failure = await rig.failure()
        #expect(failure?.kind == .denied)
        #expect(failure?.description.contains("does not exist or you do not have permissions to see it") == true)
        #expect(await rig.network.count("auth.test") == 1)
    }

    @Test("a scope that is missing is asked for once")
    func insufficientScope() async throws {
        let normal = bearer()
        let rig = try Rig { request, earlier in
            if request.url.contains("manifests"), request.authorization == "Bearer t0", earlier < 2 {
                let value =
                    #"Bearer realm="https://auth.test/token",error="insufficient_scope",scope="repository:base:pull""#
                return earlier == 1 ? nil : .status(401, ["WWW-Authenticate": value])
            }
            return normal(request, earlier)
        }
        _ = try await rig.resolve()
        #expect(
            await rig.network.lines.contains(
                "GET https://auth.test/token?scope=repository%3Aapp%3Apull&scope=repository%3Abase%3Apull"
            )
        )
    }

    @Test("an identity token is exchanged by form, and by query where forms are unknown", arguments: [200, 404, 405])
    func identityToken(status: Int) async throws {
        let rig = try Rig(
            fault: bearer(grant: { request, _ in
                request.method == .post && status != 200 ? .status(status) : .status(200, [:], #"{"access_token":"t"}"#)
            })
        )
        _ = try await rig.resolve(RegistryCredentials(username: "<token>", password: "id/1"))
        let requests = await rig.network.requests.filter { $0.url.contains("auth.test") }
        #expect(requests.map(\.method) == (status == 200 ? [.post] : [.post, .get]))
        #expect(
            requests[0].body
                == "grant_type=refresh_token&refresh_token=id%2F1&client_id=martlet&service=reg%2C%20%22one%22"
                + "&scope=repository%3Aapp%3Apull"
        )
        #expect(requests.allSatisfy { $0.authorization == nil && !$0.url.contains("id") })
    }

    @Test("Basic goes with every request, and nowhere without credentials")
    func basic() async throws {
        let fault: @Sendable (SeenRequest, Int) -> Scripted? = { request, _ in
            request.authorization == Self.bob.basicAuthorization
                ? nil : .status(401, ["WWW-Authenticate": #"Basic realm="r""#])
        }
        let rig = try Rig(fault: fault)
        #expect(try await rig.pull(Self.bob) == rig.image.layer)
        #expect(await rig.network.requests.dropFirst().allSatisfy { $0.authorization != nil })
        #expect(await rig.failure()?.kind == .denied)
        let wrong = RegistryCredentials(username: "bob", password: "wrong")
        #expect(await rig.failure(wrong)?.description.hasPrefix("authorization failed") == true)
    }

    @Test(
        "a token server in clear, or none at all, is refused before anything is sent",
        arguments: [#"Bearer realm="http://auth.test/t""#, "Bearer service=x", #"Bearer realm="file:///x""#]
    )
    func badRealm(header: String) async throws {
        let rig = try Rig { _, _ in .status(401, ["WWW-Authenticate": header]) }
        #expect(await rig.failure(Self.bob)?.kind == .invalidAnswer)
        #expect(await rig.network.requests.allSatisfy { $0.url.hasPrefix("https://reg.test") })
    }

    @Test("a token server in clear is allowed for a listed host")
    func listedRealm() async throws {
        let rig = try Rig(insecure: ["reg.test"]) { request, _ in
            if request.url.hasPrefix("http://auth.test") { return .status(200, [:], #"{"token":"t"}"#) }
            guard request.authorization == nil else { return nil }
            return .status(401, ["WWW-Authenticate": #"Bearer realm="http://auth.test/t""#])
        }
        _ = try await rig.resolve(Self.bob)
    }

    @Test("a password does not follow the token server to another host")
    func realmRedirect() async throws {
        let rig = try Rig(fault: bearer(grant: { _, _ in .status(307, ["Location": "https://evil.test/t"]) }))
        #expect(await rig.failure(Self.bob)?.kind == .invalidAnswer)
        #expect(await rig.network.count("evil.test") == 0)
    }

    @Test(
        "an answer without a token is refused",
        arguments: [#"{"token":""}"#, "{}", "[]", "", #"{"token":7}"#, #"{"token":"a b"}"#, #"{"token":"a\nb"}"#]
    )
    func noToken(body: String) async throws {
        let rig = try Rig(fault: bearer(grant: { _, _ in .status(200, [:], body) }))
        #expect(await rig.failure()?.kind == .invalidAnswer)
    }

    @Test("pulls at the same time share one request for a token")
    func shared() async throws {
        let rig = try Rig(fault: bearer())
        _ = try await rig.resolve()
        rig.time.advance(by: .seconds(3600))
        let kinds = await withTaskGroup(of: RegistryError.Kind?.self) { group in
            for _ in 0..<20 { group.addTask { await rig.failure()?.kind } }
            return await group.reduce(into: [RegistryError.Kind?]()) { $0.append($1) }
        }
        #expect(kinds == Array(repeating: nil, count: 20))
        #expect(await rig.network.count("auth.test") == 2)
    }

    @Test("tokens of one user are not used for another")
    func apart() async throws {
        let rig = try Rig(fault: bearer())
        _ = try await rig.resolve(Self.bob)
        _ = try await rig.resolve(RegistryCredentials(username: "bob", password: "other"))
        _ = try await rig.resolve()
        #expect(await rig.network.count("auth.test") == 3)
    }
}
