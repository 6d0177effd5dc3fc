/// Why a server does not listen.
public enum HTTPServerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text names the address and the kernel's reason, for example that the address is in use.
    case cannotListen(String)

    public var description: String {
        switch self {
        case .cannotListen(let text): text
        }
    }
}
