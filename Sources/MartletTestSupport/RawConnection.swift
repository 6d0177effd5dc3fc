import Glibc
public import MartletLinux

/// A TCP connection to loopback that sends any bytes, for what a proper client cannot do. Blocks only its own thread.
public actor RawConnection {
    private let executor: SerialQueueExecutor
    private let socket: Descriptor

    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// - Parameter timeoutSeconds: after which a read or write fails, so that no test hangs.
    public init(port: UInt16, timeoutSeconds: Int = 20) throws(Errno) {
        executor = SerialQueueExecutor(label: "martlet.raw-connection")
        let raw = try retrying("socket") {
            Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        }
        socket = Descriptor(owning: raw)
        var limit = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        unsafe setsockopt(raw, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        unsafe setsockopt(raw, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        _ = try retrying("connect to port \(port)") {
            unsafe withUnsafePointer(to: &address) { address in
                unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe connect(raw, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
    }

    public func send(_ text: String) throws(Errno) { try send(Array(text.utf8)) }

    public func send(_ bytes: [UInt8]) throws(Errno) {
        var offset = 0
        while offset < bytes.count {
            offset += try retrying("send") {
                unsafe bytes.withUnsafeBytes { buffer in
                    unsafe Glibc.send(
                        socket.rawValue,
                        buffer.baseAddress?.advanced(by: offset),
                        buffer.count - offset,
                        Int32(MSG_NOSIGNAL)
                    )
                }
            }
        }
    }

    /// What one read brings; empty at the end.
    public func receive() throws(Errno) -> [UInt8] {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = try retrying("receive") {
            unsafe chunk.withUnsafeMutableBytes { unsafe recv(socket.rawValue, $0.baseAddress, $0.count, 0) }
        }
        return Array(chunk[..<count])
    }

    /// Reads until `text` has come or the connection ended.
    public func receive(until text: String) throws(Errno) -> String {
        var all = ""
        while !all.contains(text) {
            let bytes = try receive()
            guard !bytes.isEmpty else { break }
            all += String(decoding: bytes, as: UTF8.self)
        }
        return all
    }

    /// Reads until the other side closes; a reset counts as that.
    public func receiveToEnd() -> String {
        var all: [UInt8] = []
        while let bytes = try? receive(), !bytes.isEmpty { all += bytes }
        return String(decoding: all, as: UTF8.self)
    }

    /// Says that nothing more is sent, and keeps reading.
    public func finishSending() { shutdown(socket.rawValue, Int32(SHUT_WR)) }
}
