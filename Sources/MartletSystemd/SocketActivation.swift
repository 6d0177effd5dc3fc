import CSystemd
import Glibc

/// A listening socket that systemd opened for this process.
public struct InheritedSocket: Hashable, Sendable {
    /// `FileDescriptorName=` of the socket unit; the unit's name by default.
    public let name: String
    /// Close-on-exec is set. Whoever takes it owns it.
    public let descriptor: Int32
}

/// Sockets that systemd passed, sd_listen_fds(3).
public enum SocketActivation {
    /// The sockets in the order they were passed; none when the process was not activated by sockets.
    ///
    /// To be called once, early: it also removes the variables from the environment, so that no child takes the
    /// descriptors for its own.
    public static func takeSockets() -> [InheritedSocket] {
        var names: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        let count = unsafe sd_listen_fds_with_names(1, &names)
        guard count > 0 else { return [] }
        defer { unsafe free(names) }
        return (0..<Int(count)).map { index in
            let text = unsafe names?[index]
            defer { unsafe free(text) }
            let name = unsafe text.map { unsafe String(cString: $0) } ?? ""
            return InheritedSocket(name: name, descriptor: 3 + Int32(index))  // SD_LISTEN_FDS_START
        }
    }
}
