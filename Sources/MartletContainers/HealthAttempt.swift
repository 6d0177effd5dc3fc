import Glibc
import MartletLinux
import MartletModels

/// One run of a probe: connect, and for HTTP ask and read the whole answer, all within one time limit.
struct HealthAttempt: Sendable {
    let probe: HealthProbe
    /// File of the container's network namespace.
    let namespace: String
    let address: IPv4Address
    let timeout: Duration

    private static let redirectLimit = 10
    /// More of a body than this is not worth reading to know that the application lives.
    private static let bodyLimit = 16 << 20

    func run() async throws(HealthProbeFailure) {
        let started = ContinuousClock.now
        switch probe {
        case .tcp(let port):
            do throws(Errno) { _ = try await connect(port, started) } catch { throw failure(of: error) }
        case .http(let port, let path):
            let status: Int
            do throws(Errno) { status = try await self.status(port, path, started) } catch { throw failure(of: error) }
            guard status != 200 else { return }
            let took = (ContinuousClock.now - started).milliseconds
            throw HealthProbeFailure(description: "\(request(path, port)): received status code \(status) in \(took)ms")
        }
    }

    private func connect(_ port: UInt16, _ started: ContinuousClock.Instant) async throws(Errno) -> Descriptor {
        try await Socket.connectTCP(inNamespaceAt: namespace, to: address, port: port, timeout: try left(started))
    }

    /// The status of the last answer when redirects have been followed.
    private func status(
        _ port: UInt16,
        _ path: String,
        _ started: ContinuousClock.Instant
    ) async throws(Errno) -> Int {
        var target = HealthTarget(address: address, port: port, path: path.hasPrefix("/") ? path : "/" + path)
        for _ in 0...Self.redirectLimit {
            let reply = try await reply(target, started)
            guard let location = reply.redirect else { return reply.status }
            guard let next = target.following(location) else { throw Errno(ECONNREFUSED, "redirect to \(location)") }
            target = next
        }
        throw Errno(ELOOP, "stopped after \(Self.redirectLimit) redirects")
    }

    private func reply(_ target: HealthTarget, _ started: ContinuousClock.Instant) async throws(Errno) -> HealthReply {
        let socket = try await connect(target.port, started)
        try send(target.request, on: socket)
        var reply = HealthReply()
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while !reply.isComplete && reply.count < Self.bodyLimit {
            // On every turn: an application that always has one more byte must not be waited for.
            let left = try left(started)
            let count = unsafe recv(socket.rawValue, &chunk, chunk.count, Int32(MSG_DONTWAIT))
            let code = errno
            if count == 0 { break }
            if count > 0 {
                reply.append(chunk[..<count])
            } else if code == EAGAIN {
                let ready = await Readiness.wait(socket.rawValue, for: .reading, timeout: left)
                guard ready else { throw Errno(Task.isCancelled ? ECANCELED : ETIMEDOUT, "read the answer") }
            } else if code != EINTR {
                throw Errno(code, "read the answer")
            }
        }
        guard reply.status != 0 else { throw Errno(ECONNRESET, "no HTTP answer") }
        return reply
    }

    /// A request fits any new socket's buffer, so it is sent at once or not at all.
    private func send(_ request: String, on socket: borrowing Descriptor) throws(Errno) {
        let bytes = Array(request.utf8)
        let count = unsafe Glibc.send(socket.rawValue, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        guard count == bytes.count else {
            throw count < 0 ? .last("send the request") : Errno(EMSGSIZE, "send the request")
        }
    }

    /// What remains of the time limit; `ETIMEDOUT` when nothing does.
    func left(_ started: ContinuousClock.Instant, now: ContinuousClock.Instant = .now) throws(Errno) -> Duration {
        let left = timeout - (now - started)
        guard left > .zero else { throw Errno(ETIMEDOUT, "probe") }
        return max(.milliseconds(1), left)
    }

    /// The texts of Diego's health check program (specification of the cell, 5.5).
    func failure(of error: Errno) -> HealthProbeFailure {
        let late = "timed out after \(Self.seconds(timeout)) seconds"
        let timedOut = error.code == ETIMEDOUT
        switch probe {
        case .tcp(let port):
            let target = "\(address):\(port)"
            let cause = timedOut ? late : "dial tcp \(target): connect: \(Self.lowercased(error.reason))"
            return HealthProbeFailure(description: "failed to make TCP connection to \(target): \(cause)")
        case .http(let port, let path):
            return HealthProbeFailure(description: "\(request(path, port)): \(timedOut ? late : "connection refused")")
        }
    }

    private func request(_ path: String, _ port: UInt16) -> String {
        "failed to make HTTP request to '\(path)' on port \(port)"
    }

    /// Two digits after the point.
    private static func seconds(_ duration: Duration) -> String {
        let hundredths = duration.milliseconds / 10
        let rest = String(hundredths % 100)
        return "\(hundredths / 100).\(rest.utf8.count < 2 ? "0" : "")\(rest)"
    }

    /// The reference's runtime writes the kernel's texts in lower case.
    private static func lowercased(_ text: String) -> String { text.prefix(1).lowercased() + text.dropFirst() }
}
