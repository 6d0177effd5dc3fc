import MartletModels
import Testing

@testable import MartletRegistry

@Suite("Retry policy")
struct RetryPolicyTests {
    private let now = Timestamp.epoch + .seconds(784_111_777)

    private func delays(_ failure: RetryPolicy.Failure, _ retryAfter: String? = nil) -> [Duration] {
        var policy = RetryPolicy()
        var delays: [Duration] = []
        while let delay = policy.delay(
            after: failure,
            retryAfter: retryAfter,
            now: now,
            jitter: .milliseconds(7)
        ) { delays.append(delay) }
        return delays
    }

    @Test("doubles its waits, and gives up")
    func doubling() {
        #expect(delays(.tooManyRequests) == [.seconds(2), .seconds(4), .seconds(8), .seconds(16)])
        #expect(delays(.server) == [.milliseconds(1007), .milliseconds(2007)])
        #expect(delays(.connection) == [.milliseconds(1007), .milliseconds(2007)])
    }

    @Test(
        "waits as long as it is asked to, within reason",
        arguments: [
            ("2", .seconds(2)), (" 3 ", .seconds(3)), ("0", .zero), ("864000", .seconds(60)),
            ("99999999999999999999", .seconds(60)), ("Sun, 06 Nov 1994 08:49:47 GMT", .seconds(10)),
            ("Sun, 06 Nov 1994 08:49:27 GMT", .seconds(2)), ("soon", .seconds(2)), ("-1", .seconds(2)),
            ("", .seconds(2)), ("Sun, 06 Nov 2094 08:49:37 GMT", .seconds(60)),
        ] as [(String, Duration)]
    )
    func asked(header: String, first: Duration) { #expect(delays(.tooManyRequests, header).first == first) }

    @Test("counts kinds of failure apart")
    func apart() {
        var policy = RetryPolicy()
        for failure in [RetryPolicy.Failure.server, .connection, .server, .connection] {
            #expect(policy.delay(after: failure, now: now, jitter: .zero) != nil)
        }
        #expect(policy.delay(after: .server, now: now, jitter: .zero) == nil)
    }
}
