public import MartletLinux

/// One permission for traffic that leaves a container: every port range towards every network.
public struct EgressRule: Hashable, Sendable, Codable {
    public enum Match: Hashable, Sendable, Codable {
        case all
        /// No port means every port.
        case tcp(ports: [ClosedRange<UInt16>])
        case udp(ports: [ClosedRange<UInt16>])
        /// `nil` means any type, or any code.
        case icmp(type: UInt8?, code: UInt8?)
    }

    public var match: Match
    /// Inclusive; none means everywhere.
    public var destinations: [ClosedRange<IPv4Address>]
    /// New connections leave a line in the kernel's log that begins with the handle.
    public var log: Bool

    public init(_ match: Match, to destinations: [ClosedRange<IPv4Address>] = [], log: Bool = false) {
        (self.match, self.destinations, self.log) = (match, destinations, log)
    }
}
