import MartletBBSAPI
import MartletModels
import MartletStore

extension BBSError {
    /// The one place where a failure of the store becomes a client's answer. No `default`: a new failure must be given
    /// an answer here before it compiles.
    ///
    /// - Parameter refusal: what the refused verb says of itself when a feature flag stands in the way.
    init(_ error: StoreError, refusal: Kind = .unknownError) {
        switch error {
        case .notFound: self = .resourceNotFound
        case .alreadyExists: self = .resourceExists
        case .refused(let transition): self.init(transition, refusal: refusal)
        case .refusedTask(let transition): self.init(transition)
        case .invalid(let validation): self.init(validation)
        case .busy: self.init(.unknownError, "the database is busy")
        case .full: self.init(.unknownError, "the database is full; the server's log says what to do")
        case .damaged: self.init(.unknownError, "the stored record is damaged; the server's log says how")
        case .broken: self.init(.unknownError, "the store has failed; the server's log says how")
        }
    }
}

/// Runs a verb of the store and turns its failure into a client's answer.
func answering<R>(
    refusal: BBSError.Kind = .unknownError,
    _ body: () async throws(StoreError) -> R
) async throws(BBSError) -> R {
    do throws(StoreError) { return try await body() } catch { throw BBSError(error, refusal: refusal) }
}
