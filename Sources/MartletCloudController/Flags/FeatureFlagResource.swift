import MartletModels

/// A flag as the API shows it (Cloud Controller section 6.13).
public struct FeatureFlagResource: Codable, Hashable, Sendable {
    public struct Links: Codable, Hashable, Sendable {
        public struct Link: Codable, Hashable, Sendable { public var href: String }

        public var `self`: Link
    }

    public var name: String
    public var enabled: Bool
    /// RFC 3339; `nil` until first changed.
    public var updatedAt: String?
    public var customErrorMessage: String?
    public var links: Links

    private enum CodingKeys: String, CodingKey {
        case name, enabled, links
        case updatedAt = "updated_at"
        case customErrorMessage = "custom_error_message"
    }

    /// - Parameter apiURL: without a slash at the end.
    init(_ flag: FeatureFlag, apiURL: String) {
        name = flag.name.rawValue
        enabled = flag.enabled
        updatedAt = flag.updatedAt.map(TimeText.rfc3339)
        customErrorMessage = flag.customErrorMessage
        links = Links(self: Links.Link(href: "\(apiURL)/v3/feature_flags/\(flag.name.rawValue)"))
    }

    /// What is not there is `null`, not left out.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(enabled, forKey: .enabled)
        try container.encode(updatedAt, forKey: .updatedAt)
        try container.encode(customErrorMessage, forKey: .customErrorMessage)
        try container.encode(links, forKey: .links)
    }
}

/// The body of `PATCH /v3/feature_flags/{name}`; what is `nil` is left as it is.
public struct FeatureFlagPatch: Codable, Hashable, Sendable {
    public var enabled: Bool?
    /// `.some(nil)` removes the message.
    public var customErrorMessage: String??

    enum CodingKeys: String, CodingKey, CaseIterable {
        case enabled
        case customErrorMessage = "custom_error_message"
    }

    public init(enabled: Bool? = nil, customErrorMessage: String?? = nil) {
        self.enabled = enabled
        self.customErrorMessage = customErrorMessage
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        enabled = container.contains(.enabled) ? try container.decode(Bool.self, forKey: .enabled) : nil
        customErrorMessage = nil
        guard container.contains(.customErrorMessage) else { return }
        customErrorMessage = .some(try container.decodeIfPresent(String.self, forKey: .customErrorMessage))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(enabled, forKey: .enabled)
        if let customErrorMessage { try container.encode(customErrorMessage, forKey: .customErrorMessage) }
    }

    /// - Throws: 422 for a message that is empty or longer than 250 characters.
    func validate() throws(APIError) {
        if let message = customErrorMessage ?? nil, !(1...250).contains(message.count) {
            throw .unprocessable("custom_error_message must have 1 to 250 characters.")
        }
    }
}
