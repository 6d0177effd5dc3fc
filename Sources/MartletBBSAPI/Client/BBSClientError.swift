public import MartletHTTP

/// Why a call to the BBS brought no result.
public enum BBSClientError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No answer came.
    case transport(HTTPTransportError)
    /// An answer that does not come from a BBS that serves: not 200, or another content type.
    case status(HTTPStatus)
    /// The BBS refused, and says why.
    case bbs(BBSError)
    /// The BBS sent something that is not the promised message.
    case undecodable(String)

    /// Whether the same call may succeed a little later.
    public var isTransient: Bool {
        switch self {
        case .transport(.cannotConnect), .transport(.timedOut), .transport(.interrupted): true
        case .status(let status): status == .serviceUnavailable
        case .transport, .bbs, .undecodable: false
        }
    }

    public var description: String {
        switch self {
        case .transport(let error): "\(error)"
        case .status(let status): "the BBS answered with status \(status.rawValue)"
        case .bbs(let error): "\(error)"
        case .undecodable(let text): "the BBS sent an unreadable answer: \(text)"
        }
    }
}
