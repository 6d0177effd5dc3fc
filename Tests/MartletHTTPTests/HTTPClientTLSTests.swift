import Glibc
import MartletHTTP
import MartletTestSupport
import Testing

@Suite("HTTP client, TLS", .timeLimit(.minutes(2)))
struct HTTPClientTLSTests {
    /// Runs OpenSSL's test server, whose certificate is its own authority, for `body`.
    private func withTLSServer(
        _ options: [String] = [],
        _ body: (_ address: String, _ certificate: String, _ key: String) async throws -> Void
    ) async throws {
        let scratch = try ScratchDirectory()
        let (certificate, key, output) = (scratch.file("c.pem"), scratch.file("k.pem"), scratch.file("out"))
        let subject = ["-subj", "/CN=martlet-test", "-addext", "subjectAltName=IP:127.0.0.1"]
        let request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
        try await SystemTool.run(request + ["-keyout", key, "-out", certificate] + subject)
        let server = [
            "timeout", "100", "openssl", "s_server", "-accept", "127.0.0.1:0", "-www", "-CAfile", certificate,
        ]
        let pid = try SystemTool.spawn(
            server + ["-cert", certificate, "-key", key] + options,
            stdout: output,
            stderr: scratch.file("err")
        )
        let result: Result<Void, any Error>
        do { result = .success(try await body(try await address(in: output), certificate, key)) } catch {
            result = .failure(error)
        }
        kill(pid, SIGTERM)
        await SystemTool.wait(for: pid)
        try result.get()
    }

    /// What the server prints once it listens: `ACCEPT 127.0.0.1:1234`.
    private func address(in output: String) async throws -> String {
        while true {
            let text = String(decoding: try await SystemTool.run(["cat", output]), as: UTF8.self)
            if let line = text.split(separator: "\n").first(where: { $0.hasPrefix("ACCEPT ") }) {
                return String(line.dropFirst(7))
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func status(_ configuration: HTTPClient.Configuration) async throws -> HTTPStatus {
        try await HTTPClient(configuration).send(HTTPRequest(.get, "/"), timeout: .seconds(20)).status
    }

    private func expectOK(_ configuration: HTTPClient.Configuration) async throws {
        #expect(try await status(configuration) == .ok)
    }

    @Test("trusts the authorities it was given, and nobody else")
    func authorities() async throws {
        try await withTLSServer { address, certificate, _ in
            var configuration = HTTPClient.Configuration(baseURL: "https://\(address)")
            configuration.caFiles = [certificate]
            try await expectOK(configuration)
            configuration.trustsSystemCAs = false
            try await expectOK(configuration)
            configuration.caFiles = []
            for trustsSystem in [true, false] {
                configuration.trustsSystemCAs = trustsSystem
                let error = await #expect(throws: HTTPTransportError.self) { try await status(configuration) }
                guard case .cannotConnect(let text) = error else {
                    Issue.record("not refused")
                    return
                }
                #expect(text.hasPrefix("Cannot connect to \(address): "))
                #expect(text.contains("certificate"))
            }
        }
    }

    @Test("accepts any certificate only when told to")
    func unverified() async throws {
        try await withTLSServer { address, _, _ in
            var configuration = HTTPClient.Configuration(baseURL: "https://\(address)")
            configuration.verifyPeer = false
            try await expectOK(configuration)
        }
    }

    @Test("presents its own certificate")
    func clientCertificate() async throws {
        try await withTLSServer(["-Verify", "1", "-verify_return_error"]) { address, certificate, key in
            var configuration = HTTPClient.Configuration(baseURL: "https://\(address)")
            configuration.caFiles = [certificate]
            await #expect(throws: HTTPTransportError.self) { try await status(configuration) }
            configuration.clientCertificate = certificate
            configuration.clientKey = key
            try await expectOK(configuration)
        }
    }
}
