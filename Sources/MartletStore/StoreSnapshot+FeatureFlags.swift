public import MartletConvergence
public import MartletModels
import MartletSQL

extension StoreSnapshot {
    private static let flagColumns = "SELECT name, enabled, custom_error_message, updated_at_ns FROM feature_flags"

    /// Every flag that this version knows, ordered by name.
    public func featureFlags() throws(StoreError) -> [FeatureFlag] {
        try rows(Query(Self.flagColumns + " ORDER BY name")) { (row) throws(SQLError) in try Self.flag(row) }
            .compactMap(\.self)
    }

    public func featureFlag(_ name: FeatureFlagName) throws(StoreError) -> FeatureFlag {
        let query = Query(Self.flagColumns + " WHERE name = ?", .text(name.rawValue))
        let flag = try first(query) { (row) throws(SQLError) in try Self.flag(row) }
        return (flag ?? nil) ?? FeatureFlag(name: name, enabled: name.defaultValue)
    }

    /// Why it may not run as of now, by the policy; `nil` when it may. Reads only the flags that decide about it.
    public func refusal(of subject: AdmissionSubject) throws(StoreError) -> AdmissionRefusal? {
        let names = AdmissionPolicy.flags(deciding: subject)
        guard !names.isEmpty else { return nil }
        var flags: [FeatureFlag] = []
        for name in names { flags.append(try featureFlag(name)) }
        return AdmissionPolicy(flags: flags).refusal(of: subject)
    }

    /// `nil` for a flag of another version.
    private static func flag(_ row: borrowing Row) throws(SQLError) -> FeatureFlag? {
        guard let name = FeatureFlagName(rawValue: try row.text(0)) else { return nil }
        return FeatureFlag(
            name: name,
            enabled: try row.bool(1),
            customErrorMessage: try row.optionalText(2),
            updatedAt: try row.optionalInt64(3).map { Timestamp(nanoseconds: $0) }
        )
    }
}
