import CMartletShims
import Glibc

/// A listening socket; closed, and its path removed, when its last owner lets go of it.
final class ListeningSocket: Sendable {
    let descriptor: Int32
    /// 0 for a unix socket.
    let port: UInt16
    /// The unix socket's path.
    let path: String?

    convenience init(_ endpoint: HTTPServer.Endpoint) throws(HTTPServerError) {
        switch endpoint {
        case .tcp(let address, let port): try self.init(address: address, port: port)
        case .unix(let path, let mode): try self.init(path: path, mode: mode)
        case .inherited(let descriptor): try self.init(owning: descriptor, name: "descriptor \(descriptor)", path: nil)
        }
    }

    deinit {
        close(descriptor)
        if let path { unsafe unlink(path) }
    }

    private init(owning descriptor: Int32, name: String, path: String?) throws(HTTPServerError) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let flags = fcntl(descriptor, F_GETFL)
        let isReady =
            unsafe withUnsafeMutablePointer(to: &storage) { storage in
                unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe getsockname(descriptor, $0, &length) == 0
                }
            } && flags >= 0 && fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0 && listen(descriptor, 4096) == 0
        guard isReady else {
            let failure = Self.failure(name)
            close(descriptor)
            throw failure
        }
        self.descriptor = descriptor
        self.path = path
        port = unsafe martlet_http_port(&storage)
    }

    private convenience init(address: String, port: UInt16) throws(HTTPServerError) {
        let name = address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
        var storage = sockaddr_storage()
        let length = unsafe martlet_http_address(address, port, &storage, MemoryLayout<sockaddr_storage>.size)
        guard length > 0 else { throw .cannotListen("Cannot listen on \(name): it is no numeric address.") }
        let descriptor = socket(Int32(storage.ss_family), Self.kind, 0)
        guard descriptor >= 0 else { throw Self.failure(name) }
        var yes: Int32 = 1
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, 4)
        // Accepted connections inherit these: a client that vanished is noticed although a stream never writes.
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &yes, 4)
        var seconds: Int32 = 180
        unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_KEEPIDLE, &seconds, 4)
        try Self.bind(descriptor, to: &storage, length: length, name: name)
        try self.init(owning: descriptor, name: name, path: nil)
    }

    private convenience init(path: String, mode: UInt32) throws(HTTPServerError) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard path.utf8.count < capacity, !path.isEmpty else {
            throw .cannotListen("Cannot listen on \(path): a socket's path has 1 to \(capacity - 1) bytes.")
        }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        var storage = sockaddr_storage()
        unsafe withUnsafeMutableBytes(of: &storage) { storage in
            unsafe withUnsafeBytes(of: &address) { unsafe storage.copyMemory(from: $0) }
        }
        let length = UInt32(MemoryLayout<sockaddr_un>.size)
        Self.removeStale(path, storage, length)
        let descriptor = socket(AF_UNIX, Self.kind, 0)
        guard descriptor >= 0 else { throw Self.failure(path) }
        try Self.bind(descriptor, to: &storage, length: length, name: path)
        unsafe chmod(path, mode)
        try self.init(owning: descriptor, name: path, path: path)
    }

    /// Removes a socket that nobody listens on. Anything else keeps its place, and `bind` reports it.
    private static func removeStale(_ path: String, _ storage: sockaddr_storage, _ length: UInt32) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return }
        let probe = socket(AF_UNIX, kind, 0)
        guard probe >= 0 else { return }
        defer { close(probe) }
        var storage = storage
        let result = unsafe withAddress(&storage) { unsafe connect(probe, $0, length) }
        if result == -1, errno == ECONNREFUSED { unsafe unlink(path) }
    }

    private static func bind(
        _ descriptor: Int32,
        to storage: inout sockaddr_storage,
        length: UInt32,
        name: String
    ) throws(HTTPServerError) {
        guard unsafe withAddress(&storage, { unsafe Glibc.bind(descriptor, $0, length) }) == 0 else {
            let failure = failure(name)
            close(descriptor)
            throw failure
        }
    }

    private static func withAddress(
        _ storage: inout sockaddr_storage,
        _ body: (UnsafeMutablePointer<sockaddr>) -> Int32
    ) -> Int32 {
        unsafe withUnsafeMutablePointer(to: &storage) { storage in
            unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0) }
        }
    }

    private static let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)

    private static func failure(_ name: String) -> HTTPServerError {
        let code = errno
        let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
        return .cannotListen("Cannot listen on \(name): \(reason).")
    }
}
