import Glibc
public import MartletLinux

/// Ports of 127.0.0.1 that nobody listens on.
public enum FreePorts {
    /// Distinct ports, as the kernel gives them out; it does not give the same one again soon.
    public static func take(_ count: Int) throws(Errno) -> [UInt16] {
        var sockets: [Int32] = []
        defer { for socket in sockets { close(socket) } }
        var ports: [UInt16] = []
        for _ in 0..<count {
            let descriptor = try retrying("socket") { socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) }
            sockets.append(descriptor)
            ports.append(try bind(descriptor, to: 0))
        }
        return ports
    }

    /// Distinct ports that the kernel gives to nobody by itself, so that a server finds them free again after a restart.
    public static func takeLasting(_ count: Int) throws(Errno) -> [UInt16] {
        var ports: Set<UInt16> = []
        while ports.count < count {
            let port = UInt16.random(in: 2_000..<8_000)
            let descriptor = try retrying("socket") { socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) }
            defer { close(descriptor) }
            if (try? bind(descriptor, to: port)) != nil { ports.insert(port) }
        }
        return Array(ports)
    }

    /// - Returns: the port that it has then.
    @discardableResult
    private static func bind(_ descriptor: Int32, to port: UInt16) throws(Errno) -> UInt16 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        address.sin_port = port.bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return try unsafe withUnsafeMutablePointer(to: &address) { pointer throws(Errno) -> UInt16 in
            let generic = unsafe UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: sockaddr.self)
            try retrying("bind") { unsafe Glibc.bind(descriptor, generic, length) }
            try retrying("getsockname") { unsafe getsockname(descriptor, generic, &length) }
            return unsafe UInt16(bigEndian: pointer.pointee.sin_port)
        }
    }
}
