import MartletModels
import MartletTestSupport
import Testing

@testable import MartletSimulation

@Suite("What the judge knows of the brake")
struct BrakeWatchTests {
    private let now = Timestamp.epoch + .seconds(100)
    private let domain = StoreEvent.domainUpserted(Domain(name: DomainName("apps"), expiresAt: .distantFuture))

    private func ghosts(_ range: Range<Int>) -> [StoreEvent] {
        range.map { .lrp(.actualLRPCreated(.fixture(.fixture("ghost", $0), .running(on: "a")))) }
    }

    private func watch(_ events: [StoreEvent]) -> BrakeWatch {
        var (watch, mirror) = (BrakeWatch(), Mirror())
        for (index, event) in events.enumerated() {
            _ = mirror.apply(NumberedEvent(number: Int64(index + 1), at: now, event: event))
            watch.see(event, after: mirror, at: now)
        }
        return watch
    }

    @Test("it is on from ten, when that is more than half, in a fresh domain")
    func on() {
        #expect(watch([domain] + ghosts(0..<9)).since == nil)
        #expect(watch([domain] + ghosts(0..<10)).since == now)
        #expect(watch(ghosts(0..<10)).since == nil)
        let wanted =
            [StoreEvent.lrp(.desiredLRPCreated(.fixture("app", instances: 10)))]
            + (0..<10).map { .lrp(.actualLRPCreated(.fixture(.fixture("app", $0), .running(on: "a")))) }
        #expect(watch([domain] + wanted + ghosts(0..<10)).since == nil)
        #expect(watch([domain] + wanted + ghosts(0..<11)).since == now)
    }

    @Test("what somebody decided does not count, unless it turns up anew")
    func decided() {
        let released = [domain] + ghosts(0..<12) + [.brakeReleased(by: "me", instances: 12)]
        #expect(watch(released).since == nil)
        #expect(watch(released + ghosts(12..<20)).since == nil)
        #expect(watch(released + ghosts(12..<26)).since == now)
        let lrp = DesiredLRP.fixture("ghost", instances: 12)
        let removed = [domain, .lrp(.desiredLRPCreated(lrp))] + ghosts(0..<12) + [.lrp(.desiredLRPRemoved(lrp))]
        #expect(watch(removed).since == nil)
    }
}
