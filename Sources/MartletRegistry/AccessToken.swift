internal import MartletModels

/// A bearer token and how long it may be used.
struct AccessToken: Hashable, Sendable {
    /// Servers that send less, or nothing, mean this (distribution token specification).
    static let shortestLifetime = Duration.seconds(60)
    static let renewalMargin = Duration.seconds(10)

    let text: String
    let expires: Timestamp

    init(text: String, expires: Timestamp) {
        self.text = text
        self.expires = expires
    }

    /// Reads a token server's answer.
    /// - Returns: `nil` when there is no token in it.
    init?(_ body: [UInt8], now: Timestamp) {
        guard let json = try? JSONValue(parsing: body) else { return nil }
        let candidates = [json["token"]?.text, json["access_token"]?.text]
        // Anything but visible ASCII could not stand in a header.
        guard let text = candidates.lazy.compactMap({ $0 }).first(where: { !$0.isEmpty }),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
        else { return nil }
        let issued = json["issued_at"]?.text.flatMap(Timestamp.init(rfc3339:)) ?? now
        let lifetime = Duration.seconds(max(0, min(json["expires_in"]?.integer ?? 0, 86_400 * 365)))
        self.init(text: text, expires: issued + max(lifetime, Self.shortestLifetime))
    }

    func isUsable(at now: Timestamp) -> Bool { now < expires.advanced(by: .zero - Self.renewalMargin) }
}
