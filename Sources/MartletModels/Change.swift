/// A record before and after a verb of the store; events are computed from the pair.
public struct Change<Record: Hashable & Sendable>: Hashable, Sendable {
    /// `nil` when the verb created it.
    public var before: Record?
    /// `nil` when the verb removed it.
    public var after: Record?

    public init(before: Record?, after: Record?) {
        self.before = before
        self.after = after
    }

    public var isEmpty: Bool { before == after }
}
