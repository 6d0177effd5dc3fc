import Glibc

/// Facts about the host's network interfaces.
public enum Interfaces {
    /// The name of the interface that has `address`; nil when none has.
    public static func name(having address: IPv4Address) -> String? {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard unsafe getifaddrs(&list) == 0 else { return nil }
        defer { unsafe freeifaddrs(list) }
        var next = unsafe list
        while let entry = unsafe next?.pointee {
            unsafe next = entry.ifa_next
            guard let socketAddress = unsafe entry.ifa_addr, unsafe socketAddress.pointee.sa_family == AF_INET else {
                continue
            }
            let found = unsafe UnsafeRawPointer(socketAddress).load(as: sockaddr_in.self).sin_addr.s_addr
            if UInt32(bigEndian: found) == address.value { return unsafe String(cString: entry.ifa_name) }
        }
        return nil
    }

    /// 1,500 at most: what a container's link gets, so that its packets leave through the interface with `address`
    /// unfragmented.
    public static func mtu(towards address: IPv4Address) -> Int {
        guard let name = name(having: address), let text = try? Files.readText("/sys/class/net/\(name)/mtu") else {
            return 1500
        }
        return min(1500, Int(text.prefix { $0.isNumber }) ?? 1500)
    }

    /// The names of the host's interfaces that begin with `prefix`, sorted.
    public static func names(prefix: String) -> [String] {
        ((try? Files.list("/sys/class/net")) ?? []).filter { $0.hasPrefix(prefix) }
    }
}
