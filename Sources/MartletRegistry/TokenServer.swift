internal import MartletCrypto
internal import MartletHTTP
internal import MartletModels

/// Fetches bearer tokens (distribution token and OAuth2 specifications).
struct TokenServer: Sendable {
    let attempts: Attempts
    let host: RegistryHost
    let reference: ImageReference
    let credentials: RegistryCredentials?
    let realm: RegistryURL
    let service: String?
    let scopes: [String]

    private var configuration: RegistryConfiguration { attempts.exchange.configuration }
    private var timing: Timing { attempts.exchange.timing }

    /// - Parameter challenge: of scheme `bearer`.
    /// - Throws: `.invalidAnswer` when the challenge names no token server, or one that would get a password in clear.
    init(
        _ challenge: AuthChallenge,
        scopes: [String],
        attempts: Attempts,
        host: RegistryHost,
        reference: ImageReference,
        credentials: RegistryCredentials?
    ) throws(RegistryError) {
        guard let realm = challenge.parameters["realm"].flatMap(RegistryURL.init) else {
            throw .invalidAnswer(host, "asks for a token without naming a server that gives one")
        }
        guard realm.scheme == .https || host.isInsecure else {
            throw .invalidAnswer(host, "names a token server in clear, \(realm.authority)")
        }
        self.attempts = attempts
        self.host = host
        self.reference = reference
        self.credentials = credentials
        self.realm = realm
        self.scopes = scopes
        service = challenge.parameters["service"]
    }

    /// - Throws: `.denied` when the server refuses, which trying again would not change.
    func fetch() async throws(RegistryError) -> AccessToken {
        guard let identityToken = credentials?.identityToken else { return try await token(from: send(getRequest())) }
        let answer = try await send(postRequest(identityToken))
        guard [404, 405].contains(answer.status.rawValue) else { return try await token(from: answer) }
        return try await token(from: send(getRequest()))
    }

    private func send(_ request: Exchange.Request) async throws(RegistryError) -> Exchange.Answer {
        try await attempts.answer(from: host, at: realm.authority) { () throws(Exchange.Failure) in
            try await attempts.exchange.open(request, for: host)
        }
    }

    private func getRequest() -> Exchange.Request {
        var request = Exchange.Request(url: realm)
        var items = scopes.map { ("scope", $0) }
        if let service { items.insert(("service", service), at: 0) }
        if let credentials, credentials.identityToken == nil, !credentials.username.isEmpty {
            items.insert(("account", credentials.username), at: 0)
            if !credentials.password.isEmpty { request.authorization = credentials.basicAuthorization }
        }
        let query = Self.form(items)
        request.url.query = [realm.query, query.isEmpty ? nil : query].compactMap { $0 }.joined(separator: "&")
        if request.authorization != nil { request.redirects = .sameOrigin }
        return request
    }

    private func postRequest(_ identityToken: String) -> Exchange.Request {
        var items = [
            ("grant_type", "refresh_token"), ("refresh_token", identityToken), ("client_id", configuration.agentName),
        ]
        if let service { items.append(("service", service)) }
        items.append(("scope", scopes.joined(separator: " ")))
        return Exchange.Request(
            method: .post,
            url: realm,
            headers: ["Content-Type": "application/x-www-form-urlencoded"],
            body: Array(Self.form(items).utf8),
            redirects: .nowhere
        )
    }

    private func token(from answer: Exchange.Answer) async throws(RegistryError) -> AccessToken {
        let limit = configuration.limits.answerBytes
        switch answer.status.rawValue {
        case 200: break
        case 401, 403: throw credentials == nil ? .denied(reference) : .badCredentials(host)
        case let status:
            let said = await ErrorAnswer.read(answer, timing, limit: limit)
            throw .invalidAnswer(host, "has a token server that answers \(status)\(said.suffix)")
        }
        let body: [UInt8]?
        do throws(BodyReader.Failure<Never>) {
            body = try await BodyReader.collect(answer.body, timing, limit: limit)
        } catch {
            throw .reading(host, error)
        }
        guard let body, let token = AccessToken(body, now: timing.now()) else {
            throw .invalidAnswer(host, "has a token server that answers without a token")
        }
        return token
    }

    private static func form(_ items: [(String, String)]) -> String {
        items.map { "\($0)=\(percentEncoded($1))" }.joined(separator: "&")
    }
}

extension RegistryCredentials {
    /// RFC 7617.
    var basicAuthorization: String { "Basic " + Base64.encode(Array("\(username):\(password)".utf8)) }

    /// Stands for the credentials where they are only compared.
    var fingerprint: Digest { Digest(of: Array("\(username.utf8.count):\(username):\(password)".utf8)) }
}

extension RegistryError {
    static func denied(_ reference: ImageReference) -> RegistryError {
        RegistryError(
            .denied,
            "\(reference) does not exist or you do not have permissions to see it; check the name and the credentials."
        )
    }

    static func badCredentials(_ host: RegistryHost) -> RegistryError {
        RegistryError(
            .denied,
            "authorization failed: username and password are invalid for the registry \(host.name); correct them."
        )
    }

    static func reading(_ host: RegistryHost, _ failure: BodyReader.Failure<Never>) -> RegistryError {
        switch failure {
        case .broken(let text): .temporary(host, text)
        case .cancelled: .cancelled
        }
    }
}
