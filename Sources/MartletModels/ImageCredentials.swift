/// What a registry wants to see before it gives an image away. Never logged.
public struct ImageCredentials: Hashable, Sendable, CustomStringConvertible {
    public var username: String
    public var password: String

    public init(username: String, password: String) { (self.username, self.password) = (username, password) }

    public var description: String { "credentials of \(username)" }
}
