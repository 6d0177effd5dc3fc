internal import MartletModels

/// Tokens by what they are for, shared by all pulls; at most one request for the same token at a time.
actor TokenCache {
    struct Key: Hashable, Sendable {
        var host: String
        /// Sorted, without duplicates; names the repository.
        var scopes: [String]
        /// Digest of the credentials; `nil` is anonymous.
        var credentials: Digest?
    }

    /// A token, and whether this call fetched it.
    struct Grant: Sendable {
        var token: AccessToken
        var isNew: Bool
    }

    private typealias Outcome = Result<AccessToken, RegistryError>
    private static let limit = 1000

    private let now: @Sendable () -> Timestamp
    private var tokens: [Key: AccessToken] = [:]
    /// Present while somebody fetches the token; the others wait for the outcome.
    private var waiting: [Key: [AsyncStream<Outcome>.Continuation]] = [:]

    init(now: @escaping @Sendable () -> Timestamp) { self.now = now }

    /// A token that is valid for at least ten seconds more.
    func token(
        for key: Key,
        fetch: @Sendable () async throws(RegistryError) -> AccessToken
    ) async throws(RegistryError) -> Grant {
        while true {
            if let token = tokens[key], token.isUsable(at: now()) { return Grant(token: token, isNew: false) }
            guard waiting[key] != nil else { return Grant(token: try await fetching(key, fetch), isNew: true) }
            guard let outcome = await outcome(of: key) else { throw .cancelled }
            // Somebody else's cancellation is not ours: ask again.
            if case .failure(.cancelled) = outcome { continue }
            return Grant(token: try outcome.get(), isNew: true)
        }
    }

    /// Forgets a token that the registry refused, unless it was replaced meanwhile.
    func drop(_ token: AccessToken, for key: Key) {
        if tokens[key] == token { tokens[key] = nil }
    }

    private func fetching(
        _ key: Key,
        _ fetch: @Sendable () async throws(RegistryError) -> AccessToken
    ) async throws(RegistryError) -> AccessToken {
        waiting[key] = []
        let outcome: Outcome
        do throws(RegistryError) { outcome = .success(try await fetch()) } catch { outcome = .failure(error) }
        for continuation in waiting.removeValue(forKey: key) ?? [] { continuation.yield(outcome) }
        if case .success(let token) = outcome { store(token, key) }
        return try outcome.get()
    }

    private func store(_ token: AccessToken, _ key: Key) {
        if tokens.count >= Self.limit { tokens = tokens.filter { $0.value.isUsable(at: now()) } }
        if tokens.count >= Self.limit { tokens.removeAll() }
        tokens[key] = token
    }

    /// `nil` when the caller was cancelled meanwhile.
    private func outcome(of key: Key) async -> Outcome? {
        let (stream, continuation) = AsyncStream<Outcome>.makeStream()
        waiting[key]?.append(continuation)
        return await stream.first { _ in true }
    }
}
