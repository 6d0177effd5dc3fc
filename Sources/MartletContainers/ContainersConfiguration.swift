public import MartletLinux

/// Where and under which names a cell's containers live. Two cells on one machine differ in all names and ranges.
public struct ContainersConfiguration: Hashable, Sendable {
    /// Records and output of containers; survives a restart of the machine.
    public var stateDirectory: String
    /// Runtime state, namespaces and bundles; on a tmpfs, so that a restart of the machine clears it.
    public var runDirectory: String
    public var runc = "/usr/sbin/runc"
    public var conmon = "/usr/bin/conmon"
    /// A static binary that reaps orphans and otherwise pauses; bind-mounted as every container's pid 1.
    public var initBinary = "/usr/bin/catatonit"
    /// Containers get consecutive /30 networks of it.
    public var networkPool: IPv4Network
    /// The cell's address: where mapped ports answer, besides 127.0.0.1.
    public var externalAddress: IPv4Address
    /// Host ports for containers; released ones are used again last.
    public var hostPorts: ClosedRange<UInt16> = 61_001...65_534
    /// First part of every host interface's name, at most 5 bytes.
    public var interfacePrefix: String
    /// Name of the nftables tables (`ip` and `ip6`).
    public var firewallTable: String
    /// Absolute path below the root of every cgroup hierarchy.
    public var cgroupParent: String
    /// Used instead of the host's name servers when not empty.
    public var nameServers: [IPv4Address] = []
    /// Networks that containers reach only through an egress rule.
    public var deniedNetworks: [IPv4Network] = []
    /// TCP and UDP ports of the host that containers may use; everything else on the host is refused.
    public var allowedHostPorts: [UInt16] = []
    /// Bound of one process's log file; when it is reached the supervisor starts the file anew.
    public var outputLimitBytes = 1 << 20
    /// Output also goes to journald, with the container's id as `CONTAINER_NAME` and the process's tag as
    /// `CONTAINER_TAG`. The supervisor leaves out containers whose id has 12 bytes or less.
    public var journal = false
    /// set-uid programs gain nothing inside.
    public var noNewPrivileges = true
    /// Values for the `net.ipv4.tcp_…` settings of containers by name; the host's value where absent.
    public var sysctls: [String: String] = [:]

    /// Names derived from `name`, which is 1 to 24 letters, digits and `-`.
    public init(
        name: String,
        stateDirectory: String,
        runDirectory: String,
        networkPool: IPv4Network = .defaultContainerPool,
        externalAddress: IPv4Address = .loopback
    ) {
        (self.stateDirectory, self.runDirectory) = (stateDirectory, runDirectory)
        (self.networkPool, self.externalAddress) = (networkPool, externalAddress)
        interfacePrefix = "w" + Self.tag(name)
        firewallTable = "martlet_" + String(name.map { $0.isLetter || $0.isNumber ? $0 : "_" })
        cgroupParent = "/martlet-\(name)"
    }

    /// Three base-32 digits of an FNV-1a hash.
    private static func tag(_ name: String) -> String {
        let hash = name.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        let digits = Array("abcdefghijklmnopqrstuvwxyz234567")
        return String((0..<3).map { digits[Int((hash >> (UInt32($0) * 5)) & 31)] })
    }
}

extension IPv4Network {
    /// 10.254.0.0/16: 16,384 containers.
    public static let defaultContainerPool = IPv4Network(IPv4Address(10, 254, 0, 0), prefix: 16)
}
