import MartletModels
import Testing

@Suite("Timestamp")
struct TimestampTests {
    @Test("arithmetic saturates instead of trapping")
    func saturation() {
        #expect(Timestamp.distantFuture + .seconds(1) == .distantFuture)
        #expect(Timestamp(nanoseconds: .min) + .seconds(-1) == Timestamp(nanoseconds: .min))
        #expect(Duration.seconds(Int64.max).nanoseconds == .max)
        #expect(Duration.seconds(Int64.min).nanoseconds == .min)
        #expect(Duration.milliseconds(1_500).milliseconds == 1_500)
    }

    @Test("a domain is fresh until its time is over, or for ever")
    func domain() {
        let now = Timestamp(nanoseconds: 5_000_000_000)
        let domain = Domain(name: DomainName("d"), timeToLiveSeconds: 2, at: now)
        #expect(domain.isFresh(at: now + .milliseconds(1_999)))
        #expect(!domain.isFresh(at: now + .seconds(2)))
        #expect(Domain(name: DomainName("d"), timeToLiveSeconds: 0, at: now).expiresAt == .distantFuture)
    }
}
