import Glibc

/// The link between the host and one container: a pair of virtual interfaces with a /30 network of their own.
public struct ContainerLink: Hashable, Sendable {
    /// The host's end, at most 15 bytes.
    public var hostInterface: String
    public var network: IPv4Network
    public var mtu: Int

    public init(hostInterface: String, network: IPv4Network, mtu: Int) {
        (self.hostInterface, self.network, self.mtu) = (hostInterface, network, mtu)
    }

    public var hostAddress: IPv4Address { network.base + 1 }
    public var containerAddress: IPv4Address { network.base + 2 }

    /// Creates both ends, with `eth0` inside, gives them their addresses and raises them and the loop-back link inside.
    ///
    /// Blocks for about a millisecond. A failure may leave the host's end behind: call `remove`.
    public func create(in namespace: borrowing Descriptor) throws(Errno) {
        let host = try Netlink()
        let peer = NetlinkMessage.veth(hostInterface, peer: "eth0", namespace: namespace.rawValue, mtu: UInt32(mtu))
        try host.send([peer], "create \(hostInterface)")
        let index = try host.index(of: hostInterface)
        try host.send(
            [.address(hostAddress, prefix: network.prefix, on: index), .up(index)],
            "configure \(hostInterface)"
        )
        try configureInside(namespace)
    }

    private func configureInside(_ namespace: borrowing Descriptor) throws(Errno) {
        let inside = try Netlink(in: namespace)
        let index = try inside.index(of: "eth0")
        let loopback = try inside.index(of: "lo")
        try inside.send(
            [
                .up(loopback),
                .address(containerAddress, prefix: network.prefix, on: index),
                .up(index),
                .defaultRoute(via: hostAddress),
            ],
            "configure eth0 of \(hostInterface)"
        )
    }

    /// True while the host's end exists.
    public static func exists(_ hostInterface: String) -> Bool {
        Files.exists("/sys/class/net/\(hostInterface)")
    }

    /// Removes the host's end, and the other with it. Blocks for tens of milliseconds: letting the namespace die is
    /// cheaper. A missing link is fine.
    public static func remove(_ hostInterface: String) throws(Errno) {
        do throws(Errno) {
            try Netlink().send([.delete(hostInterface)], "delete \(hostInterface)")
        } catch  where error.code == ENODEV {
            return
        }
    }
}
