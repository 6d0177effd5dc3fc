/// How registries are reached. Immutable; a new list of hosts or certificates makes a new client.
public struct RegistryConfiguration: Sendable {
    /// `host[:port]` that serves the API of `docker.io`.
    public var dockerEndpoint = "registry-1.docker.io"
    public var insecureHosts = InsecureHosts()
    public var certificates = CertificateDirectories()
    /// Sent as `User-Agent`, and as `client_id` when an identity token is exchanged.
    public var agentName = "martlet"
    public var limits = RegistryLimits()

    public init() {}
}
