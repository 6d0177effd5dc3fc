/// Every field of a message that cannot be accepted, in the order in which they were checked.
public struct ValidationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Texts as the BBS sends them, for example `Invalid field: rootfs`.
    public private(set) var failures: [String] = []

    public init() {}
    public init(invalid field: String) { failures = ["Invalid field: \(field)"] }

    public mutating func invalid(_ field: String) { failures.append("Invalid field: \(field)") }
    public mutating func say(_ text: String) { failures.append(text) }
    public mutating func check(_ condition: Bool, _ field: String) { if !condition { invalid(field) } }
    /// Adds what is wrong inside `field`, after naming the field itself.
    public mutating func nest(_ inner: ValidationError, in field: String) {
        guard !inner.failures.isEmpty else { return }
        invalid(field)
        failures += inner.failures
    }

    /// Adds what is wrong inside a part that is not named itself.
    public mutating func add(_ inner: ValidationError) { failures += inner.failures }

    public func throwIfAny() throws(ValidationError) { if !failures.isEmpty { throw self } }

    public var description: String { failures.joined(separator: ", ") }
}
