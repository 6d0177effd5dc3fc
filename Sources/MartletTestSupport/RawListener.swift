import Glibc
import MartletLinux

/// A listening loopback socket that answers with any bytes, for what no proper server does.
public final class RawListener: Sendable {
    public let port: UInt16
    private let socket: Descriptor

    public init() throws {
        let raw = try retrying("socket") {
            Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        }
        socket = Descriptor(owning: raw)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = try retrying("bind") {
            unsafe withUnsafeMutablePointer(to: &address) { address in
                unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(raw, $0, length) == 0 && listen(raw, 8) == 0 ? getsockname(raw, $0, &length) : -1
                }
            }
        }
        port = UInt16(bigEndian: address.sin_port)
    }

    /// Accepts one connection, answers each of so many requests without a body with `answer`, and closes it.
    public func serveOnce(_ answer: String, times: Int = 1) async throws {
        let listening = socket.rawValue
        try await Blocking.run { () throws(Errno) in
            let raw = try retrying("accept") { accept(listening, nil, nil) }
            let connection = Descriptor(owning: raw)
            for _ in 0..<times {
                try Self.readHead(connection)
                try connection.writeAll(answer.utf8)
            }
        }
    }

    private static func readHead(_ connection: borrowing Descriptor) throws(Errno) {
        var head: [UInt8] = []
        while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            var byte: UInt8 = 0
            let count = try retrying("read") { unsafe read(connection.rawValue, &byte, 1) }
            guard count == 1 else { return }
            head.append(byte)
        }
    }
}
