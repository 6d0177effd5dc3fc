/// While it is fresh, the desired LRPs of a domain are complete, so what is not desired may be stopped.
public struct Domain: Hashable, Sendable {
    public var name: DomainName
    /// `distantFuture` for a time to live of 0.
    public var expiresAt: Timestamp

    public init(name: DomainName, expiresAt: Timestamp) {
        self.name = name
        self.expiresAt = expiresAt
    }

    public init(name: DomainName, timeToLiveSeconds: UInt32, at now: Timestamp) {
        let expiry = timeToLiveSeconds == 0 ? .distantFuture : now + .seconds(Int(timeToLiveSeconds))
        self.init(name: name, expiresAt: expiry)
    }

    public func isFresh(at now: Timestamp) -> Bool { expiresAt > now }
}
