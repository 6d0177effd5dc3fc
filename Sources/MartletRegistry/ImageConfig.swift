/// The members of an image's configuration that Martlet uses.
public struct ImageConfig: Hashable, Sendable {
    /// `NAME=value`, in the image's order.
    public var env: [String] = []
    /// `name`, `uid`, `name:group` or `uid:gid`; empty means root.
    public var user = ""
    /// Empty means `/`.
    public var workingDir = ""
    public var entrypoint: [String] = []
    public var cmd: [String] = []
    /// By number, tcp before udp before sctp; no duplicates.
    public var exposedPorts: [ExposedPort] = []
    /// Texts in the image's list of exposed ports that name no port. Sorted. They do not stop an instance; staging may
    /// refuse the image for them.
    public var malformedPorts: [String] = []
    /// For example `SIGQUIT`; empty when the image does not say.
    public var stopSignal = ""
    public var os = ""
    /// In Go's naming: `amd64`, `arm64`, ….
    public var architecture = ""
    /// Digests of the uncompressed layers, lowest first; as many as the manifest has layers.
    public var diffIDs: [Digest] = []

    public init() {}

    /// The numbers of the exposed TCP ports, ascending. What an empty list means (8080, or an error when there are other
    /// ports) is the caller's rule.
    public var exposedTCPPorts: [UInt16] { exposedPorts.filter { $0.transport == .tcp }.map(\.number) }

    /// True when the image exposes ports and none of them is TCP.
    public var exposesNoTCP: Bool { !exposedPorts.isEmpty && exposedTCPPorts.isEmpty }
}
