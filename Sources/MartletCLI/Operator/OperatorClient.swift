import FoundationEssentials
import MartletCloudController
import MartletHTTP

/// Calls of the operator API. Failures are told in the words of a command.
struct OperatorClient: Sendable {
    let transport: any HTTPTransport
    /// Without a slash at the end.
    let address: String
    var timeout: Duration = .seconds(30)

    func get<Answer: Decodable>(_ path: String, _ type: Answer.Type = Answer.self) async throws(CommandFailure)
        -> Answer
    {
        try decoded(try await send(.get, path))
    }

    /// `nil` for 404.
    func find<Answer: Decodable>(
        _ path: String,
        _ type: Answer.Type = Answer.self
    ) async throws(CommandFailure) -> Answer? {
        let answer = try await exchange(.get, path, nil)
        if answer.status == .notFound { return nil }
        return try decoded(try checked(answer))
    }

    func text(_ path: String, query: String?) async throws(CommandFailure) -> String {
        var request = HTTPRequest(.get, address + path)
        request.query = query
        return String(decoding: try checked(try await exchange(request)).body, as: UTF8.self)
    }

    func send<Answer: Decodable>(
        _ method: HTTPMethod,
        _ path: String,
        _ body: some Encodable,
        headers: HTTPHeaders = [:],
        _ type: Answer.Type = Answer.self
    ) async throws(CommandFailure) -> Answer {
        let bytes: [UInt8]
        do { bytes = Array(try JSONEncoder().encode(body)) } catch { preconditionFailure("cannot encode: \(error)") }
        return try decoded(try checked(try await exchange(method, path, bytes, headers)))
    }

    @discardableResult
    func send(
        _ method: HTTPMethod,
        _ path: String,
        headers: HTTPHeaders = [:]
    ) async throws(CommandFailure) -> HTTPAnswer {
        try checked(try await exchange(method, path, nil, headers))
    }

    private func exchange(
        _ method: HTTPMethod,
        _ path: String,
        _ body: [UInt8]?,
        _ headers: HTTPHeaders = [:]
    ) async throws(CommandFailure) -> HTTPAnswer {
        let parts = path.split(separator: "?", maxSplits: 1).map(String.init)
        var request = HTTPRequest(method, address + parts[0], headers: headers, body: body ?? [])
        request.query = parts.count > 1 ? parts[1] : nil
        if body != nil { request.headers["Content-Type"] = "application/json" }
        return try await exchange(request)
    }

    private func exchange(_ request: HTTPRequest) async throws(CommandFailure) -> HTTPAnswer {
        do { return try await transport.send(request, timeout: timeout) } catch { throw failure(error) }
    }

    func failure(_ error: HTTPTransportError) -> CommandFailure {
        switch error {
        case .cannotConnect:
            let next = "sudo martlet up, or name another with --api URL"
            return CommandFailure("no server answers at \(address)", nextStep: next)
        case .timedOut: return CommandFailure("the server at \(address) did not answer in time")
        case .interrupted, .invalidRequest, .answerTooLarge: return CommandFailure("\(error)")
        }
    }

    private func checked(_ answer: HTTPAnswer) throws(CommandFailure) -> HTTPAnswer {
        guard !answer.status.isSuccess else { return answer }
        var failure = refusal(answer)
        failure.status = answer.status
        throw failure
    }

    private func refusal(_ answer: HTTPAnswer) -> CommandFailure {
        if let body = try? JSONDecoder().decode(ErrorBody.self, from: Data(answer.body)), !body.errors.isEmpty {
            return CommandFailure(
                body.errors.map { Self.sentence($0.detail) }.joined(separator: "; "),
                nextStep: Self.nextStep(after: body)
            )
        }
        if let body = try? JSONDecoder().decode(ServerError.self, from: Data(answer.body)) {
            return CommandFailure(Self.sentence(body.error))
        }
        return CommandFailure(
            "what answers at \(address) is not the operator API (status \(answer.status.rawValue))"
        )
    }

    /// The message does not name the flag when an operator gave it a text; this server governs by one only.
    private static func nextStep(after body: ErrorBody) -> String? {
        body.errors.contains { $0.title == "CF-FeatureDisabled" }
            ? "martlet feature-flags enable diego_docker" : nil
    }

    private func decoded<Answer: Decodable>(_ answer: HTTPAnswer) throws(CommandFailure) -> Answer {
        do { return try JSONDecoder().decode(Answer.self, from: Data(answer.body)) } catch {
            throw CommandFailure("the server at \(address) sent an unreadable answer: \(error)")
        }
    }

    /// Without the full stop, because more may follow.
    private static func sentence(_ text: String) -> String { text.hasSuffix(".") ? String(text.dropLast()) : text }
}

/// The server's own form of an error.
private struct ServerError: Decodable {
    var error: String
}
