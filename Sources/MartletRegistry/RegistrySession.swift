internal import MartletHTTP

/// Requests for one repository with one set of credentials.
struct RegistrySession: Sendable {
    let attempts: Attempts
    let tokens: TokenCache
    let host: RegistryHost
    let reference: ImageReference
    let credentials: RegistryCredentials?

    var exchange: Exchange { attempts.exchange }
    var timing: Timing { attempts.exchange.timing }
    var limits: RegistryLimits { attempts.exchange.configuration.limits }
    private var hosts: HostTable { attempts.hosts }

    /// What an attempt was authorised with.
    private enum Proof {
        case nothing
        case basic
        case bearer(TokenCache.Key, TokenCache.Grant)

        var isBasic: Bool { if case .basic = self { true } else { false } }
    }

    /// Fetches `/v2/PATH/<rest>`.
    /// - Returns: an answer of any status but those that were worth trying again, and 401 of the registry itself.
    func get(_ rest: String, headers: HTTPHeaders) async throws(RegistryError) -> Exchange.Answer {
        let scheme = try await discover()
        let url = RegistryURL(scheme, host.api, path: "/v2/\(reference.path)/\(rest)")
        return try await attempts.answer(from: host, at: host.api) { () throws(Exchange.Failure) in
            try await authorized(Exchange.Request(url: url, headers: headers))
        }
    }

    /// The scheme that the registry speaks, and its first challenge.
    private func discover() async throws(RegistryError) -> RegistryURL.Scheme {
        if let scheme = await hosts.scheme(of: host.api) { return scheme }
        do throws(RegistryError) { return try await ping(.https) } catch {
            // Only a host on the operator's list is ever spoken to in clear.
            guard host.isInsecure, error.kind == .temporary || error.kind == .insecure else { throw error }
            do throws(RegistryError) { return try await ping(.http) } catch let second {
                throw second.kind == .temporary ? error : second
            }
        }
    }

    private func ping(_ scheme: RegistryURL.Scheme) async throws(RegistryError) -> RegistryURL.Scheme {
        let url = RegistryURL(scheme, host.api, path: "/v2/")
        let once: () async throws(Exchange.Failure) -> Exchange.Answer = { () throws(Exchange.Failure) in
            try await exchange.open(Exchange.Request(url: url, redirects: .nowhere), for: host)
        }
        let answer =
            host.isInsecure && scheme == .https
            ? try await withoutPatience(once) : try await attempts.answer(from: host, at: host.api, once)
        guard [200, 401].contains(answer.status.rawValue) else {
            throw .invalidAnswer(host, "answers \(answer.status.rawValue) where an image registry would say hello")
        }
        if let challenge = AuthChallenge.usable(AuthChallenge.parse(answer.headers.values("WWW-Authenticate"))) {
            await hosts.learn(challenge, of: host.api)
        }
        await hosts.learn(scheme, of: host.api)
        return scheme
    }

    /// One attempt, for a host where another scheme may do better than another attempt.
    private func withoutPatience(
        _ once: () async throws(Exchange.Failure) -> Exchange.Answer
    ) async throws(RegistryError) -> Exchange.Answer {
        do throws(Exchange.Failure) { return try await once() } catch {
            switch error {
            case .certificate(let name): throw .insecure(name)
            case .connection(let text): throw .temporary(host, text)
            case .refused(let error): throw error
            case .cancelled: throw .cancelled
            }
        }
    }

    /// One attempt, and a second one when the first is answered with a challenge that can be met.
    private func authorized(_ request: Exchange.Request) async throws(Exchange.Failure) -> Exchange.Answer {
        var request = request
        var scopes: Set = ["repository:\(reference.path):pull"]
        let known = await hosts.challenge(of: host.api)
        let first = try await prove(&request, known, scopes)
        let answer = try await exchange.open(request, for: host)
        guard answer.status == .unauthorized, answer.isFromOrigin else { return answer }
        let challenges = AuthChallenge.parse(answer.headers.values("WWW-Authenticate"))
        guard let challenge = AuthChallenge.usable(challenges) else { throw .refused(.denied(reference)) }
        await hosts.learn(challenge, of: host.api)
        scopes.formUnion((challenge.parameters["scope"] ?? "").split(separator: " ").map(String.init))
        try await giveUp(first, challenge)
        let second = try await prove(&request, challenge, scopes)
        if case .nothing = second { throw .refused(.denied(reference)) }
        let again = try await exchange.open(request, for: host)
        guard again.status == .unauthorized, again.isFromOrigin else { return again }
        throw .refused(second.isBasic ? .badCredentials(host) : .denied(reference))
    }

    /// Ends the request when what was refused cannot be bettered; drops a token that was refused.
    private func giveUp(_ proof: Proof, _ challenge: AuthChallenge) async throws(Exchange.Failure) {
        switch proof {
        case .nothing: break
        case .basic: if challenge.scheme == "basic" { throw .refused(.badCredentials(host)) }
        case .bearer(let key, let grant):
            await tokens.drop(grant.token, for: key)
            // A token that was made for this very request and is refused will not get better, unless it lacks a scope.
            let lacksScope = challenge.parameters["error"] == "insufficient_scope"
            if grant.isNew, challenge.scheme == "bearer", !lacksScope { throw .refused(.denied(reference)) }
        }
    }

    private func prove(
        _ request: inout Exchange.Request,
        _ challenge: AuthChallenge?,
        _ scopes: Set<String>
    ) async throws(Exchange.Failure) -> Proof {
        guard let challenge else { return .nothing }
        guard challenge.scheme == "bearer" else {
            guard let credentials else { return .nothing }
            request.authorization = credentials.basicAuthorization
            return .basic
        }
        do throws(RegistryError) {
            let (key, grant) = try await token(challenge, scopes)
            request.authorization = "Bearer \(grant.token.text)"
            return .bearer(key, grant)
        } catch { throw .refused(error) }
    }

    private func token(
        _ challenge: AuthChallenge,
        _ scopes: Set<String>
    ) async throws(RegistryError) -> (TokenCache.Key, TokenCache.Grant) {
        let server = try TokenServer(
            challenge,
            scopes: scopes.sorted(),
            attempts: attempts,
            host: host,
            reference: reference,
            credentials: credentials
        )
        let key = TokenCache.Key(
            host: host.name,
            scopes: server.scopes,
            credentials: credentials?.fingerprint
        )
        let grant = try await tokens.token(for: key) { () throws(RegistryError) in try await server.fetch() }
        return (key, grant)
    }
}
