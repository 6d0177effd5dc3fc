import Glibc
import MartletLinux

/// A real image registry (Debian's `docker-registry`) on a loopback port of its own.
///
///     try await RealRegistry.with { registry in
///         try await registry.push(layout, tag: "one", as: "team/app:v1")
///         … ImageReference("\(registry.address)/team/app:v1") …
///     }
public final class RealRegistry: Sendable {
    public enum Auth: Sendable {
        case none
        /// HTTP Basic with one user.
        case basic(user: String, password: String)
        /// Bearer tokens of a server of the test's own. `certificate` is the PEM file that its tokens are signed with.
        case token(realm: String, service: String, issuer: String, certificate: String)
    }

    /// `127.0.0.1:PORT`
    public let address: String
    /// Where its blobs lie, for tests that damage them: `…/docker/registry/v2/blobs/sha256/…`.
    public let dataDirectory: String
    private let auth: Auth
    private let scheme: String
    private let pid: pid_t
    private let scratch: ScratchDirectory

    private init(address: String, auth: Auth, scheme: String, pid: pid_t, scratch: ScratchDirectory) {
        self.address = address
        self.auth = auth
        self.scheme = scheme
        self.pid = pid
        self.scratch = scratch
        dataDirectory = scratch.file("data")
    }

    /// Starts one for `body` and stops it afterwards, also when `body` throws.
    public static func with<R>(
        auth: Auth = .none,
        tls: (certificate: String, key: String)? = nil,
        _ body: (RealRegistry) async throws -> R
    ) async throws -> R {
        let registry = try await start(auth: auth, tls: tls)
        let result: Result<R, any Error>
        do { result = .success(try await body(registry)) } catch { result = .failure(error) }
        await registry.stop()
        return try result.get()
    }

    /// Starts one and waits until it listens. It ends by itself after 15 minutes, should nobody call `stop`.
    /// - Parameter tls: PEM files; without them it speaks plain HTTP.
    public static func start(
        auth: Auth = .none,
        tls: (certificate: String, key: String)? = nil
    ) async throws -> RealRegistry {
        let scratch = try ScratchDirectory("martlet-registry")
        let configuration = try await configuration(auth: auth, tls: tls, in: scratch)
        try Files.replace(scratch.file("config.yml"), with: Array(configuration.utf8))
        let pid = try SystemTool.spawn(
            ["timeout", "-k", "5", "900", "docker-registry", "serve", scratch.file("config.yml")],
            stdout: scratch.file("access"),
            stderr: scratch.file("log")
        )
        do {
            let address = try await listeningAddress(log: scratch.file("log"))
            let scheme = tls == nil ? "http" : "https"
            return RealRegistry(address: address, auth: auth, scheme: scheme, pid: pid, scratch: scratch)
        } catch {
            kill(pid, SIGTERM)
            await SystemTool.wait(for: pid)
            throw error
        }
    }

    /// Ends the server and removes its data.
    public func stop() async {
        kill(pid, SIGTERM)
        await SystemTool.wait(for: pid)
    }

    /// Copies an image or an index from a layout. An index is copied with all its images and keeps its digest.
    /// - Parameter name: for example `team/app:v1`.
    /// - Parameter format: `oci` or `v2s2`; as it is in the layout when left out.
    public func push(_ layout: OCILayoutBuilder, tag: String, as name: String, format: String? = nil) async throws {
        var command = ["skopeo", "--insecure-policy", "copy", "--all", "--dest-tls-verify=false"]
        command += format.map { ["--format", $0] } ?? ["--preserve-digests"]
        if case .basic(let user, let password) = auth { command += ["--dest-creds", "\(user):\(password)"] }
        try await SystemTool.run(command + ["oci:\(layout.path):\(tag)", "docker://\(address)/\(name)"])
    }

    /// `http://127.0.0.1:PORT`, or https with TLS.
    public var baseURL: String { "\(scheme)://\(address)" }

    /// What it has logged so far, requests included.
    public func log() throws -> String {
        try Files.readText(scratch.file("log")) + Files.readText(scratch.file("access"))
    }

    private static func configuration(
        auth: Auth,
        tls: (certificate: String, key: String)?,
        in scratch: ScratchDirectory
    ) async throws -> String {
        var text = """
            version: 0.1
            log: {level: info}
            storage:
              filesystem: {rootdirectory: \(scratch.file("data"))}
              delete: {enabled: true}
            http:
              addr: 127.0.0.1:0
              secret: for-tests-only

            """
        if let tls { text += "  tls: {certificate: \(tls.certificate), key: \(tls.key)}\n" }
        switch auth {
        case .none: break
        case .basic(let user, let password):
            let input = Array(password.utf8)
            let line = try await SystemTool.run(["htpasswd", "-n", "-i", "-B", "-C", "4", user], input: input)
            try Files.replace(scratch.file("htpasswd"), with: line)
            text += "auth:\n  htpasswd: {realm: martlet-test, path: \(scratch.file("htpasswd"))}\n"
        case .token(let realm, let service, let issuer, let certificate):
            text += "auth:\n  token: {realm: \"\(realm)\", service: \(service), issuer: \(issuer), "
            text += "rootcertbundle: \(certificate)}\n"
        }
        return text
    }

    /// The port that the kernel chose stands in the log.
    private static func listeningAddress(log: String) async throws -> String {
        let marker = "listening on "
        for _ in 0..<1500 {
            let text = (try? Files.readText(log)) ?? ""
            if let line = text.split(separator: "\n").first(where: { $0.contains(marker) }) {
                let rest = line.split(separator: marker, maxSplits: 1)[1]
                return String(rest.prefix { $0.isNumber || $0 == "." || $0 == ":" })
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw SystemTool.Failed(description: "docker-registry did not start: \((try? Files.readText(log)) ?? "no log")")
    }
}
