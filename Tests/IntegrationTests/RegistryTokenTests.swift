import MartletHTTP
import MartletLinux
import MartletModels
import MartletRegistry
import MartletTestSupport
import Testing

@Suite("Tokens for a real registry", .timeLimit(.minutes(2)))
struct RegistryTokenTests {
    private static let bob = RegistryCredentials(username: "bob", password: "hunter2")

    @Test("the registry accepts the token that its token server gives for the password, for this repository only")
    func token() async throws {
        let certificates = try await TestCertificates()
        let layout = try OCILayoutBuilder()
        try await layout.addImage(tag: "one", layers: [.init(tar: RegistryFixture.tar(fileSize: 20_000))])
        let server = TokenGiver(certificates)
        try await withHTTPServer(RouteTable([Route(.get, "/token", { await server.answer($0) })])) { http, _ in
            let auth = RealRegistry.Auth.token(
                realm: "http://127.0.0.1:\(http.port)/token",
                service: "reg",
                issuer: TokenGiver.issuer,
                certificate: certificates.authority
            )
            try await RealRegistry.with(auth: auth) { registry in
                try await registry.push(layout, tag: "one", as: "team/app:v1")
                let client = try RegistryFixture.client(insecure: [registry.address])
                let reference = try ImageReference("\(registry.address)/team/app:v1")
                let platform = RegistryFixture.platform
                let image = try await client.resolve(reference, credentials: Self.bob, platform: platform)
                let layer = image.manifest.layers[0]
                let bytes = try await client.bytes(layer, of: reference, credentials: Self.bob)
                #expect(Digest(of: bytes) == layer.digest)
                #expect(await server.pulls == ["repository:team/app:pull"])
                let wrong = RegistryCredentials(username: "bob", password: "wrong")
                #expect(await client.failure(reference, wrong)?.description.hasPrefix("authorization failed") == true)
                #expect(await client.failure(reference)?.kind == .denied)
            }
        }
    }
}

/// A token server that signs what `bob` asks for to pull, and what anybody asks for to push.
private actor TokenGiver {
    static let issuer = "martlet-test"
    private let certificates: TestCertificates
    /// The scopes that tokens for pulling were given for.
    private(set) var pulls: [String] = []

    init(_ certificates: TestCertificates) { self.certificates = certificates }

    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        let items = (request.query ?? "").split(separator: "&").map { percentDecoded($0) ?? "" }
        guard let scope = items.first(where: { $0.hasPrefix("scope=") })?.dropFirst(6) else {
            return HTTPResponse(.badRequest)
        }
        // bob:hunter2
        let isBob = request.headers["Authorization"] == "Basic Ym9iOmh1bnRlcjI="
        guard scope.contains("push") || isBob else { return HTTPResponse(.unauthorized) }
        if !scope.contains("push") { pulls.append(String(scope)) }
        guard let token = try? await sign(scope: String(scope)) else { return HTTPResponse(.internalServerError) }
        return HTTPResponse(.ok, body: .bytes(Array(#"{"token":"\#(token)","expires_in":300}"#.utf8)))
    }

    /// A JSON Web Token as the registry wants it: RS256, with the certificate in its head.
    private func sign(scope: String) async throws -> String {
        let parts = scope.split(separator: ":")
        let actions = parts[2].split(separator: ",").map { "\"\($0)\"" }.joined(separator: ",")
        let certificate = try Files.readText(certificates.authority).split(separator: "\n")
            .filter { !$0.hasPrefix("-") }.joined()
        let now = Int(SystemClock().now.nanoseconds / 1_000_000_000)
        let head = #"{"typ":"JWT","alg":"RS256","x5c":["\#(certificate)"]}"#
        let body = """
            {"iss":"\(Self.issuer)","sub":"bob","aud":"reg","exp":\(now + 300),"nbf":\(now - 60),"iat":\(now),\
            "jti":"1","access":[{"type":"repository","name":"\(parts[1])","actions":[\(actions)]}]}
            """
        let text = try await base64URL(Array(head.utf8)) + "." + base64URL(Array(body.utf8))
        let sign = ["openssl", "dgst", "-sha256", "-sign", certificates.authorityKey]
        return try await text + "." + base64URL(SystemTool.run(sign, input: Array(text.utf8)))
    }

    private func base64URL(_ bytes: [UInt8]) async throws -> String {
        let output = try await SystemTool.run(["openssl", "base64", "-A"], input: bytes)
        let text = String(decoding: output, as: UTF8.self)
        return String(text.filter { !"=\n".contains($0) }.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
    }
}
