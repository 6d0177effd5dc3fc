/// The requests that a container's network needs.
extension NetlinkMessage {
    /// IFLA_… and IFA_… and RTA_… of linux/if_link.h, if_addr.h and rtnetlink.h.
    private enum Attribute {
        static let linkAddress: UInt16 = 1
        static let linkName: UInt16 = 3
        static let linkMTU: UInt16 = 4
        static let linkInfo: UInt16 = 18
        static let linkNamespaceFD: UInt16 = 28
        static let infoKind: UInt16 = 1
        static let infoData: UInt16 = 2
        static let vethPeer: UInt16 = 1
        static let address: UInt16 = 1
        static let localAddress: UInt16 = 2
        static let gateway: UInt16 = 5
    }

    /// A pair of interfaces, one of which is born in another namespace. Both are down: raising them at creation fails
    /// with ENOTCONN.
    static func veth(_ name: String, peer: String, namespace: Int32, mtu: UInt32) -> NetlinkMessage {
        var message = NetlinkMessage(.newLink, create: true)
        message.appendLink(index: 0)
        message.attribute(Attribute.linkName, name: name)
        message.attribute(Attribute.linkMTU, mtu)
        message.nested(Attribute.linkInfo) { info in
            info.attribute(Attribute.infoKind, Array("veth".utf8))
            info.nested(Attribute.infoData) { data in
                data.nested(Attribute.vethPeer) { end in
                    end.appendLink(index: 0)
                    end.attribute(Attribute.linkName, name: peer)
                    end.attribute(Attribute.linkMTU, mtu)
                    end.attribute(Attribute.linkNamespaceFD, UInt32(bitPattern: namespace))
                }
            }
        }
        return message
    }

    /// Sets IFF_UP.
    static func up(_ index: UInt32) -> NetlinkMessage {
        var message = NetlinkMessage(.newLink)
        message.appendLink(index: Int32(bitPattern: index), flags: 1, change: 1)
        return message
    }

    static func delete(_ name: String) -> NetlinkMessage {
        var message = NetlinkMessage(.deleteLink)
        message.appendLink(index: 0)
        message.attribute(Attribute.linkName, name: name)
        return message
    }

    static func address(_ address: IPv4Address, prefix: Int, on index: UInt32) -> NetlinkMessage {
        var message = NetlinkMessage(.newAddress, create: true)
        // struct ifaddrmsg: family AF_INET, prefix, flags, scope, index.
        for byte in [2, UInt8(prefix), 0, 0] { message.append(byte) }
        message.append(index)
        message.attribute(Attribute.localAddress, address.bytes)
        message.attribute(Attribute.address, address.bytes)
        return message
    }

    /// A default route in the main table.
    static func defaultRoute(via gateway: IPv4Address) -> NetlinkMessage {
        var message = NetlinkMessage(.newRoute, create: true)
        // struct rtmsg: family AF_INET, no prefixes, no TOS, table main, protocol boot, scope universe, type unicast.
        for byte in [2, 0, 0, 0, 254, 3, 0, 1] as [UInt8] { message.append(byte) }
        message.append(UInt32(0))
        message.attribute(Attribute.gateway, gateway.bytes)
        return message
    }
}
