import CMartletShims
import Glibc

/// Stream sockets towards addresses in other network namespaces.
public enum Socket {
    /// A socket that belongs to the network namespace at `path`. The calling thread stays where it is.
    public static func make(
        inNamespaceAt path: String,
        domain: Int32,
        type: Int32,
        protocol number: Int32 = 0
    ) throws(Errno) -> Descriptor {
        try make(in: try Descriptor.open(path, O_RDONLY), domain: domain, type: type, protocol: number)
    }

    static func make(
        in namespace: borrowing Descriptor,
        domain: Int32,
        type: Int32,
        protocol number: Int32
    ) throws(Errno) -> Descriptor {
        let raw = try retrying("socket in a namespace") {
            martlet_socket_in_namespace(namespace.rawValue, domain, type, number)
        }
        return Descriptor(owning: raw)
    }

    /// Connects a TCP socket made in the namespace at `path`; the result is non-blocking.
    /// - Throws: `ETIMEDOUT` after `timeout`, `ECANCELED` in a cancelled task, or the kernel's refusal.
    public static func connectTCP(
        inNamespaceAt path: String,
        to address: IPv4Address,
        port: UInt16,
        timeout: Duration
    ) async throws(Errno) -> Descriptor {
        let stream = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let socket = try make(inNamespaceAt: path, domain: AF_INET, type: stream)
        let operation = "connect \(address):\(port)"
        if martlet_connect_ipv4(socket.rawValue, address.value, port) == 0 { return socket }
        guard errno == EINPROGRESS else { throw .last(operation) }
        guard await Readiness.wait(socket.rawValue, for: .writing, timeout: timeout) else {
            throw Errno(Task.isCancelled ? ECANCELED : ETIMEDOUT, operation)
        }
        let error = martlet_socket_error(socket.rawValue)
        guard error == 0 else { throw Errno(error, operation) }
        return socket
    }
}
