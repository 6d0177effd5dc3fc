import Glibc
import MartletLinux
import Testing

@testable import MartletContainers

@Suite("Health probes")
struct HealthProbeTests {
    private let target = HealthTarget(address: IPv4Address(10, 254, 0, 2), port: 8080, path: "/a/b?x=1")

    private func attempt(_ probe: HealthProbe, _ timeout: Duration) -> HealthAttempt {
        HealthAttempt(probe: probe, namespace: "", address: target.address, timeout: timeout)
    }

    @Test("failures have the texts of the health check program")
    func texts() {
        let tcp = attempt(.tcp(port: 80), .seconds(1))
        #expect(
            tcp.failure(of: Errno(ECONNREFUSED, "")).description
                == "failed to make TCP connection to 10.254.0.2:80: dial tcp 10.254.0.2:80: connect: connection refused"
        )
        #expect(
            tcp.failure(of: Errno(ETIMEDOUT, "")).description
                == "failed to make TCP connection to 10.254.0.2:80: timed out after 1.00 seconds"
        )
        let http = attempt(.http(port: 80, path: "/x"), .milliseconds(50))
        #expect(
            http.failure(of: Errno(EHOSTUNREACH, "")).description
                == "failed to make HTTP request to '/x' on port 80: connection refused"
        )
        #expect(
            http.failure(of: Errno(ETIMEDOUT, "")).description
                == "failed to make HTTP request to '/x' on port 80: timed out after 0.05 seconds"
        )
    }

    @Test("the time limit is one for the whole probe, and nothing is left when it has passed")
    func limit() throws {
        let attempt = attempt(.tcp(port: 80), .seconds(2))
        let now = ContinuousClock.now
        #expect(try attempt.left(now - .milliseconds(500), now: now) == .milliseconds(1500))
        for passed in [2, 3] {
            #expect(throws: Errno(ETIMEDOUT, "probe")) { try attempt.left(now - .seconds(passed), now: now) }
        }
    }

    @Test("the request is that of the health check program")
    func request() {
        #expect(
            target.request.hasPrefix(
                "GET /a/b?x=1 HTTP/1.1\r\nHost: 10.254.0.2:8080\r\nUser-Agent: diego-healthcheck\r\n"
            )
        )
        #expect(target.request.contains("\r\nX-Forwarded-Proto: https\r\n"))
        #expect(target.request.hasSuffix("\r\n\r\n"))
    }

    @Test(
        "redirects inside the container are followed",
        arguments: [
            ("/c", "/c", 8080), ("c", "/a/c", 8080), ("?y", "/a/b?y", 8080), ("http://localhost/", "/", 80),
            ("http://10.254.0.2:81/z#part", "/z", 81), ("HTTP://127.0.0.1:82?q", "/?q", 82),
        ] as [(String, String, UInt16)]
    )
    func redirects(location: String, path: String, port: UInt16) {
        #expect(target.following(location) == HealthTarget(address: target.address, port: port, path: path))
    }

    @Test(
        "redirects elsewhere are not",
        arguments: ["https://10.254.0.2/", "http://example.com/", "/a b", "http://10.254.0.2:x/", "/\u{e4}"]
    )
    func elsewhere(location: String) {
        #expect(target.following(location) == nil)
    }

    @Test(
        "an answer is complete by its length, by its last chunk, or by its status",
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", true),
            ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok", false),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", true),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n", false),
            ("HTTP/1.1 204 No\r\n\r\n", true),
            ("HTTP/1.0 200 OK\r\n\r\nuntil the end", false),
            ("HTTP/1.1 200 OK\r\nContent-Le", false),
        ]
    )
    func completeness(answer: String, complete: Bool) {
        var whole = HealthReply()
        whole.append(answer.utf8)
        var pieces = HealthReply()
        for byte in answer.utf8 { pieces.append([byte]) }
        #expect(whole.isComplete == complete && pieces.isComplete == complete)
        #expect(whole == pieces)
    }

    @Test("any bytes are an answer or none, and never more than what was read", arguments: UInt64(1)...50)
    func fuzz(seed: UInt64) {
        var random = SplitMix(seed)
        let bytes =
            Array("HTTP/1.1 ".utf8)
            + random.bytes(300, from: Array("20 0\r\n:chunkedtransfer-locationcontent-length ".utf8) + [0, 255])
        var reply = HealthReply()
        reply.append(bytes)
        #expect(reply.count == bytes.count)
        #expect(reply.status == 0 || (100...999).contains(reply.status))
    }
}
