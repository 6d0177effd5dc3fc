/// What a user shows to a registry. The password never appears when a value is printed.
public struct RegistryCredentials: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The user name that says that the password is an identity token.
    public static let identityTokenUsername = "<token>"

    public let username: String
    public let password: String

    public init(username: String, password: String) {
        self.username = username
        self.password = password
    }

    /// The token that is exchanged for access tokens, when that is what the password is.
    public var identityToken: String? { username == Self.identityTokenUsername ? password : nil }

    public var description: String { "credentials of \(username)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["username": username]) }
}
