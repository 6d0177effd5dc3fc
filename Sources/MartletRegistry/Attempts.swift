internal import MartletHTTP
internal import MartletModels

/// Sends a request until there is an answer that trying again would not change.
struct Attempts: Sendable {
    let exchange: Exchange
    let hosts: HostTable

    private var timing: Timing { exchange.timing }

    /// - Parameter attempt: sends the request once.
    /// - Returns: any answer but 429, 500, 502, 503 and 504.
    /// - Throws: `.temporary` when it was tried often enough, and at once what trying again cannot mend.
    func answer(
        from host: RegistryHost,
        at api: HostAndPort,
        _ attempt: () async throws(Exchange.Failure) -> Exchange.Answer
    ) async throws(RegistryError) -> Exchange.Answer {
        var policy = RetryPolicy()
        while true {
            try await waitUntilOpen(api)
            do throws(Exchange.Failure) {
                let answer = try await attempt()
                guard let failure = RetryPolicy.Failure(answer.status) else {
                    await noteLimit(answer.headers, api)
                    return answer
                }
                try await wait(&policy, after: failure, answer, host, api)
            } catch {
                try await wait(&policy, after: error, host)
            }
        }
    }

    private func wait(
        _ policy: inout RetryPolicy,
        after failure: RetryPolicy.Failure,
        _ answer: Exchange.Answer,
        _ host: RegistryHost,
        _ api: HostAndPort
    ) async throws(Exchange.Failure) {
        let retryAfter = answer.headers["Retry-After"]
        guard
            let delay = policy.delay(after: failure, retryAfter: retryAfter, now: timing.now(), jitter: timing.jitter())
        else {
            let said = await ErrorAnswer.read(answer, timing, limit: exchange.configuration.limits.answerBytes)
            throw .refused(.temporary(host, "it answers \(answer.status.rawValue)\(said.suffix)"))
        }
        if failure == .tooManyRequests {
            await hosts.close(api, until: timing.now() + delay)
        } else {
            do { try await timing.pause(delay) } catch { throw .cancelled }
        }
    }

    private func wait(
        _ policy: inout RetryPolicy,
        after failure: Exchange.Failure,
        _ host: RegistryHost
    ) async throws(RegistryError) {
        switch failure {
        case .certificate(let name): throw .insecure(name)
        case .refused(let error): throw error
        case .cancelled: throw .cancelled
        case .connection(let text):
            guard let delay = policy.delay(after: .connection, now: timing.now(), jitter: timing.jitter()) else {
                throw .temporary(host, text)
            }
            try await pause(delay)
        }
    }

    func pause(_ delay: Duration) async throws(RegistryError) {
        do { try await timing.pause(delay) } catch { throw .cancelled }
    }

    /// Waits as long as the host has asked everybody to wait.
    private func waitUntilOpen(_ api: HostAndPort) async throws(RegistryError) {
        while true {
            let left = timing.now().duration(to: await hosts.opening(of: api))
            guard left > .zero else { return }
            try await pause(left)
        }
    }

    /// A spent allowance closes the host for the next requests before it has to refuse them.
    private func noteLimit(_ headers: HTTPHeaders, _ api: HostAndPort) async {
        guard let remaining = headers["RateLimit-Remaining"]?.prefix(while: { $0.isNumber }), Int(remaining) == 0 else {
            return
        }
        let reset = headers["RateLimit-Reset"].flatMap { Int($0) } ?? 2
        let delay = min(.seconds(max(0, min(reset, 3600))), RetryPolicy.waitLimit)
        await hosts.close(api, until: timing.now() + delay)
    }
}

extension RetryPolicy.Failure {
    fileprivate init?(_ status: HTTPStatus) {
        switch status.rawValue {
        case 429: self = .tooManyRequests
        case 500, 502, 503, 504: self = .server
        default: return nil
        }
    }
}
