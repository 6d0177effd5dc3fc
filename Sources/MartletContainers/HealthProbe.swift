/// One attempt to see whether a container answers, made by the agent inside the container's network namespace.
public enum HealthProbe: Hashable, Sendable {
    /// Passes when a TCP connection is made.
    case tcp(port: UInt16)
    /// Passes when `GET path` is answered with status 200, redirects followed.
    case http(port: UInt16, path: String)
}

/// Why a probe did not pass; `description` is the text of Diego's health check program.
public struct HealthProbeFailure: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    static let noInterface = HealthProbeFailure(description: "failure to find suitable interface")
}
