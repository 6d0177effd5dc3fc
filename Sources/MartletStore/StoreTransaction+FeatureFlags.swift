public import MartletModels
import MartletSQL

extension StoreTransaction {
    /// Changes a flag. Setting what was set before changes nothing and tells nobody.
    ///
    /// - Parameters:
    ///   - enabled: `nil` keeps it.
    ///   - customErrorMessage: `nil` keeps it, `.some(nil)` removes it.
    ///   - operator: who did it, for the record.
    @discardableResult
    public mutating func setFeatureFlag(
        _ name: FeatureFlagName,
        enabled: Bool? = nil,
        customErrorMessage: String?? = nil,
        by operator: String
    ) throws(StoreError) -> Change<FeatureFlag> {
        let before = try snapshot.featureFlag(name)
        var after = before
        after.enabled = enabled ?? before.enabled
        if let customErrorMessage { after.customErrorMessage = customErrorMessage }
        let isFirst = before.updatedAt == nil && (enabled != nil || customErrorMessage != nil)
        guard after != before || isFirst else { return Change(before: before, after: before) }
        after.updatedAt = now
        try run(
            """
            INSERT INTO feature_flags (name, enabled, custom_error_message, updated_at_ns) VALUES (?, ?, ?, ?)
            ON CONFLICT (name) DO UPDATE SET enabled = excluded.enabled,
                custom_error_message = excluded.custom_error_message, updated_at_ns = excluded.updated_at_ns
            """,
            .text(name.rawValue),
            .bool(after.enabled),
            .optional(after.customErrorMessage),
            .integer(now.nanoseconds)
        )
        try record(.featureFlagChanged(before: before, after: after, by: `operator`))
        return Change(before: before, after: after)
    }
}
