internal import MartletHTTP

/// Sends requests to registries and follows their redirects. Knows nothing of tokens or of trying again.
struct Exchange: Sendable {
    /// Why no answer came.
    enum Failure: Error {
        /// The host's certificate is not trusted.
        case certificate(host: String)
        /// Nothing, or only a part, was received.
        case connection(String)
        /// Not to be tried again.
        case refused(RegistryError)
        case cancelled
    }

    /// Where a redirect may lead.
    enum Redirects {
        case anywhere
        /// For requests that carry a password to a token server.
        case sameOrigin
        case nowhere
    }

    struct Request: Sendable {
        var method: HTTPMethod = .get
        var url: RegistryURL
        var headers: HTTPHeaders = [:]
        /// Sent to the origin of `url` only.
        var authorization: String?
        var body: [UInt8] = []
        var redirects = Redirects.anywhere
    }

    struct Answer: Sendable {
        var status: HTTPStatus
        var headers: HTTPHeaders
        var body: AsyncThrowingStream<[UInt8], any Error>
        /// False when another host answered than the one that was asked.
        var isFromOrigin: Bool
    }

    let configuration: RegistryConfiguration
    let timing: Timing
    let transports: Transports

    /// - Parameter host: whose operator settings judge the request; redirect targets are judged by their own name.
    func open(_ request: Request, for host: RegistryHost) async throws(Failure) -> Answer {
        var url = request.url
        var isFromOrigin = true
        for _ in 0...configuration.limits.redirects {
            let trust = isFromOrigin && url.origin == host.origin(url.scheme) ? host.trust : try trust(for: url)
            let answer = try await send(request, to: url, withSecrets: isFromOrigin, trust: trust)
            guard [301, 302, 303, 307, 308].contains(answer.status.rawValue), request.redirects != .nowhere else {
                return Answer(
                    status: answer.status,
                    headers: answer.headers,
                    body: answer.body,
                    isFromOrigin: isFromOrigin
                )
            }
            let next = try target(of: answer.headers["Location"], from: url, host)
            if next.origin != request.url.origin {
                isFromOrigin = false
                guard request.redirects == .anywhere else {
                    throw .refused(.invalidAnswer(host, "redirects a request with a password to \(next.authority)"))
                }
            }
            url = next
        }
        throw .refused(.invalidAnswer(host, "redirects more than \(configuration.limits.redirects) times"))
    }

    private func target(of location: String?, from url: RegistryURL, _ host: RegistryHost) throws(Failure)
        -> RegistryURL
    {
        guard let location else { throw .refused(.invalidAnswer(host, "redirects without saying where to")) }
        guard let next = url.following(location: location) else {
            throw .refused(.invalidAnswer(host, "redirects to something that is neither http nor https"))
        }
        guard url.scheme == .http || next.scheme == .https || host.isInsecure else {
            throw .refused(.invalidAnswer(host, "redirects from https to http at \(next.authority)"))
        }
        return next
    }

    private func trust(for url: RegistryURL) throws(Failure) -> RegistryTrust {
        do throws(RegistryError) {
            return try configuration.certificates.trust(
                for: url.authority.description,
                verify: !configuration.insecureHosts.contains(url.authority)
            )
        } catch { throw .refused(error) }
    }

    private func send(
        _ request: Request,
        to url: RegistryURL,
        withSecrets: Bool,
        trust: RegistryTrust
    ) async throws(Failure) -> HTTPStreamingAnswer {
        var headers = request.headers
        headers["User-Agent"] = configuration.agentName
        if withSecrets, let authorization = request.authorization { headers["Authorization"] = authorization }
        let message = HTTPRequest(
            request.method,
            url.withoutQuery,
            query: url.query,
            headers: headers,
            body: request.body
        )
        let transport = await transports.transport(for: trust)
        let result = await timing.within(Timing.headLimit) { () -> Result<HTTPStreamingAnswer, HTTPTransportError> in
            do throws(HTTPTransportError) { return .success(try await transport.open(message)) } catch {
                return .failure(error)
            }
        }
        guard !Task.isCancelled else { throw .cancelled }
        switch result {
        case .success(let answer): return answer
        case .failure(let error): throw Failure(error, host: url.authority.description)
        case nil: throw .connection("\(url.authority) did not answer within \(Timing.headLimit.components.seconds) s")
        }
    }
}

extension Exchange.Failure {
    init(_ error: HTTPTransportError, host: String) {
        switch error {
        case .cannotConnect(let text):
            self = Self.isAboutCertificate(text) ? .certificate(host: host) : .connection(text)
        case .timedOut(let text), .interrupted(let text): self = .connection(text)
        case .invalidRequest(let text): self = .refused(RegistryError(.misconfigured, text))
        case .answerTooLarge(let limit): self = .refused(.corrupt("an answer is larger than \(limit) bytes"))
        }
    }

    /// The transport tells a certificate that we do not trust only in words: OpenSSL's reason through libcurl. A
    /// certificate of ours that the other side refuses comes as an "alert", one that cannot be loaded as "client".
    private static func isAboutCertificate(_ text: String) -> Bool {
        let text = text.lowercased()
        return text.contains("certificate") && !text.contains("alert") && !text.contains("client certificate")
    }
}
