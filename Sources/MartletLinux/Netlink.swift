import CMartletShims
import Glibc

/// A routing socket: requests go to the kernel in batches, each of which is answered before the call returns.
struct Netlink: ~Copyable {
    private let socket: Descriptor

    /// In the network namespace of the caller.
    init() throws(Errno) {
        let type = Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        socket = Descriptor(owning: try retrying("netlink socket") { Glibc.socket(AF_NETLINK, type, 0) })
    }

    init(in namespace: borrowing Descriptor) throws(Errno) {
        socket = try Socket.make(in: namespace, domain: AF_NETLINK, type: Int32(SOCK_RAW.rawValue), protocol: 0)
    }

    /// Sends all requests at once. The kernel goes on after a refused one; the first refusal is thrown.
    func send(_ messages: [NetlinkMessage], _ operation: String) throws(Errno) {
        let bytes = messages.enumerated().flatMap { $1.finished(sequence: UInt32($0 + 1)) }
        var failed: Int32 = -1
        let error = unsafe martlet_netlink_request(
            socket.rawValue,
            bytes,
            bytes.count,
            Int32(messages.count),
            &failed
        )
        guard error == 0 else { throw Errno(error, "\(operation), request \(failed + 1) of \(messages.count)") }
    }

    /// - Throws: `ENODEV` when there is no such interface in the socket's namespace.
    func index(of name: String) throws(Errno) -> UInt32 {
        let index = unsafe martlet_interface_index(socket.rawValue, name)
        guard index != 0 else { throw Errno(ENODEV, "interface \(name)") }
        return index
    }
}
