public import MartletHTTP
import MartletModels
public import MartletRegistry
public import MartletStore

/// What a client is told: a status, one of the Cloud Controller's codes, and for each thing that is wrong a sentence.
public struct APIError: Error, Hashable, Sendable {
    public let status: HTTPStatus
    /// Cloud Controller section 5.2.
    public let code: Int
    /// For example `CF-ResourceNotFound`.
    public let title: String
    /// At least one.
    public let details: [String]

    init(_ status: HTTPStatus, _ code: Int, _ title: String, _ details: [String]) {
        precondition(!details.isEmpty, "an error says what is wrong")
        self.status = status
        self.code = code
        self.title = "CF-" + title
        self.details = details
    }

    static func unparsable(_ text: String) -> APIError { APIError(.badRequest, 1_001, "MessageParseError", [text]) }
    static func badQuery(_ text: String) -> APIError { APIError(.badRequest, 10_005, "BadQueryParameter", [text]) }
    /// - Parameter kind: for example `App`.
    static func notFound(_ kind: String) -> APIError {
        APIError(.notFound, 10_010, "ResourceNotFound", ["\(kind) not found"])
    }
    static func unprocessable(_ details: String...) -> APIError { unprocessable(details) }
    static func unprocessable(_ details: [String]) -> APIError {
        APIError(.unprocessable, 10_008, "UnprocessableEntity", details)
    }

    /// What an operator has agreed to is not what would happen. Of our own: Cloud Controller has no such error.
    static func planOutdated(_ text: String) -> APIError { APIError(.conflict, 990_001, "PlanOutdated", [text]) }

    /// A gating flag is off.
    static func featureDisabled(_ flag: FeatureFlag) -> APIError {
        APIError(.forbidden, 330_002, "FeatureDisabled", [flag.disabledText])
    }
}

extension APIError {
    /// The one place where a failure of the store becomes an answer. Causes that are nobody's business stay here.
    public init(_ error: StoreError) {
        switch error {
        case .notFound(let what): self.init(.notFound, 10_010, "ResourceNotFound", ["There is no \(what)."])
        case .alreadyExists(let what):
            self.init(.unprocessable, 10_016, "UniquenessError", ["There is \(what) already."])
        case .refused(.notAdmitted(_, let flag)): self = .featureDisabled(FeatureFlag(name: flag, enabled: false))
        case .refused(let refusal):
            self = .unprocessable("The instance has moved on meanwhile (\(refusal)); try again.")
        case .refusedTask(.notAdmitted(_, let flag)):
            self = .featureDisabled(FeatureFlag(name: flag, enabled: false))
        case .refusedTask(let refusal):
            self = .unprocessable("The task has moved on meanwhile (\(refusal)); try again.")
        case .invalid(let error): self = .unprocessable(error.failures)
        case .busy:
            self.init(.serviceUnavailable, 10_015, "ServiceUnavailable", ["The database is busy; try again."])
        case .full:
            self.init(
                .serviceUnavailable,
                10_015,
                "ServiceUnavailable",
                ["The server's database is full; its log says what to do."]
            )
        case .damaged, .broken:
            self.init(
                .internalServerError,
                10_001,
                "ServerError",
                ["The server's database failed; its log says why."]
            )
        }
    }

    /// The one place where a failure to look up an image becomes an answer.
    public init(_ error: RegistryError) {
        switch error.kind {
        case .notFound: self.init(.notFound, 10_010, "ResourceNotFound", [error.description])
        case .invalidReference, .denied, .insecure, .incompatible, .unsupported, .digestMismatch, .corrupt:
            self = .unprocessable(error.description)
        case .temporary, .invalidAnswer: self.init(.badGateway, 10_015, "ServiceUnavailable", [error.description])
        case .misconfigured: self.init(.internalServerError, 10_001, "ServerError", [error.description])
        case .cancelled:
            self.init(.serviceUnavailable, 10_015, "ServiceUnavailable", ["The server is stopping; try again."])
        }
    }
}
