import MartletModels
import MartletTestSupport
import Testing

@testable import MartletSimulation

@Suite("Answers and what the events tell")
struct DeedsTests {
    private let key = ActualLRPKey.fixture("app")

    private func deeds(_ events: [StoreEvent]) -> Deeds {
        var (deeds, mirror) = (Deeds(), Mirror())
        for (index, event) in events.enumerated() {
            let numbered = NumberedEvent(number: Int64(index + 1), at: .epoch, event: event)
            _ = mirror.apply(numbered)
            deeds.see(numbered, after: mirror)
        }
        return deeds
    }

    @Test("what is answered with success must have happened since the call set out")
    func happens() {
        let deeds = deeds([.lrp(.desiredLRPCreated(.fixture("app", instances: 2)))])
        #expect(deeds.bearOut(.desired(ProcessGUID("app")), since: 0))
        #expect(!deeds.bearOut(.desired(ProcessGUID("app")), since: 1))
        #expect(!deeds.bearOut(.desired(ProcessGUID("other")), since: 0))
    }

    @Test("a number of instances may have been there before, and may have changed since")
    func scaled() {
        let (two, three) = (DesiredLRP.fixture("app", instances: 2), DesiredLRP.fixture("app", instances: 3))
        let deeds = deeds([.lrp(.desiredLRPCreated(two)), .lrp(.desiredLRPChanged(before: two, after: three))])
        #expect(deeds.bearOut(.scaled(ProcessGUID("app"), 3), since: 2))
        #expect(deeds.bearOut(.scaled(ProcessGUID("app"), 2), since: 1))
        #expect(!deeds.bearOut(.scaled(ProcessGUID("app"), 2), since: 2))
        #expect(!deeds.bearOut(.scaled(ProcessGUID("app"), 4), since: 0))
        #expect(!deeds.bearOut(.removed(ProcessGUID("app")), since: 1))
    }

    @Test("a claim and a start are in the record, and what was let go is not")
    func holds() {
        let claimed = ActualLRP.fixture(key, .claimed(on: "a"))
        guard let holder = claimed.instanceKey else { return }
        let before = deeds([.lrp(.actualLRPCreated(.fixture(key)))])
        #expect(!before.bearOut(.claimed(holder), since: 0))
        #expect(before.bearOut(.letGo(holder), since: 0))
        let after = deeds([
            .lrp(.actualLRPCreated(.fixture(key))), .lrp(.actualLRPChanged(before: .fixture(key), after: claimed)),
        ])
        #expect(after.bearOut(.claimed(holder), since: 2))
        #expect(!after.bearOut(.started(holder), since: 0))
        #expect(!after.bearOut(.letGo(holder), since: 2))
    }
}
