/// A port that an image says it listens on.
public struct ExposedPort: Hashable, Sendable, Comparable {
    public enum Transport: String, Sendable, CaseIterable {
        case tcp
        case udp
        case sctp
    }

    /// 1 to 65535.
    public let number: UInt16
    public let transport: Transport

    public init(_ number: UInt16, _ transport: Transport = .tcp) {
        self.number = number
        self.transport = transport
    }

    /// Parses `port[/protocol]`; the protocol is TCP when it is left out. `nil` for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts[0].utf8.allSatisfy(\.isDigit),
            let number = UInt16(parts[0]), number > 0,
            let transport = parts.count == 1 ? .tcp : Transport(rawValue: parts[1].lowercased())
        else { return nil }
        self.init(number, transport)
    }

    public static func < (left: Self, right: Self) -> Bool {
        (left.number, left.transport.order) < (right.number, right.transport.order)
    }
}

extension ExposedPort.Transport {
    fileprivate var order: Int {
        switch self {
        case .tcp: 0
        case .udp: 1
        case .sctp: 2
        }
    }
}
