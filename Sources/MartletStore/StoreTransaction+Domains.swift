public import MartletModels
import MartletSQL

extension StoreTransaction {
    /// Declares the desired LRPs of a domain complete for so many seconds; 0 is for ever.
    ///
    /// - Throws: `.invalid` for an empty name.
    @discardableResult
    public mutating func upsertDomain(
        _ name: DomainName,
        timeToLiveSeconds: UInt32
    ) throws(StoreError) -> Domain {
        guard !name.isEmpty else { throw .invalid(ValidationError(invalid: "domain")) }
        let domain = Domain(name: name, timeToLiveSeconds: timeToLiveSeconds, at: now)
        try run(
            """
            INSERT INTO domains (name, expires_at_ns) VALUES (?, ?)
            ON CONFLICT (name) DO UPDATE SET expires_at_ns = excluded.expires_at_ns
            """,
            .text(name.rawValue),
            .integer(domain.expiresAt.nanoseconds)
        )
        try record(.domainUpserted(domain))
        return domain
    }

    /// Forgets the domains that have run out.
    /// - Returns: how many.
    @discardableResult
    public mutating func deleteExpiredDomains() throws(StoreError) -> Int {
        try run("DELETE FROM domains WHERE expires_at_ns <= ?", .integer(now.nanoseconds))
    }
}
