import MartletConvergence
import MartletModels
import MartletTestSupport
import Testing

@testable import MartletServer

@Suite("Convergence agenda")
struct ConvergenceAgendaTests {
    private let key = ActualLRPKey.fixture("app", 2)
    private let world: PassWorld = {
        var world = PassWorld(now: .epoch + .seconds(5))
        world.freshDomains = ["apps"]
        world.policy = AdmissionPolicy(flags: [FeatureFlag(name: .diegoDocker, enabled: true)])
        return world
    }()

    private func sources(_ event: StoreEvent, _ world: PassWorld? = nil) -> [CandidateSource] {
        var agenda = ConvergenceAgenda()
        agenda.note(NumberedEvent(number: 1, at: .epoch, event: event), liveCells: ["a"])
        #expect(agenda.lastEvent == 1)
        let found = agenda.allSources(world ?? self.world)
        #expect(found.net == [])
        return found.noted
    }

    @Test("an event wakes the work that it concerns, and nothing else")
    func events() {
        let lrp = DesiredLRP.fixture("app")
        #expect(sources(.lrp(.desiredLRPCreated(lrp))) == [.process("app")])
        #expect(sources(.lrp(.desiredLRPChanged(before: lrp, after: lrp))) == [.process("app")])
        #expect(sources(.lrp(.desiredLRPRemoved(lrp))) == [.process("app")])
        let record = ActualLRP.fixture(key, .running(on: "a"))
        #expect(sources(.lrp(.actualLRPRemoved(record))) == [.instances([key.id])])
        #expect(sources(.lrp(.actualLRPCreated(record))) == [.instances([key.id])])
        #expect(sources(.lrp(.actualLRPCrashed(before: record, after: .fixture(key)))) == [.instances([key.id])])
        #expect(sources(.cellDisappeared(.fixture("a"))) == [.cell("a")])
        #expect(sources(.cellAppeared(.fixture("b"))) == [.cell("b"), .waiting(since: .epoch)])
        let domain = Domain(name: "apps", expiresAt: .epoch)
        #expect(sources(.domainUpserted(domain)) == [.unwanted(in: ["apps"])])
        #expect(sources(.brakeReleased(by: "me", instances: 3)) == [.unwanted(in: ["apps"])])
    }

    @Test("an instance that moves on where it should leads to nothing")
    func nothing() {
        let waiting = ActualLRP.fixture(key)
        #expect(sources(.lrp(.actualLRPCreated(waiting))) == [])
        #expect(sources(.lrp(.actualLRPChanged(before: waiting, after: .fixture(key, .running(on: "a"))))) == [])
        let suspect = ActualLRP.fixture(key, .running(on: "a"), presence: .suspect)
        #expect(sources(.lrp(.actualLRPRemoved(suspect))) == [])
    }

    @Test("what a cell runs while it counts as lost is looked at")
    func lost() {
        let change = LRPEvent.actualLRPChanged(before: .fixture(key), after: .fixture(key, .claimed(on: "b")))
        #expect(sources(.lrp(change)) == [.instances([key.id])])
    }

    @Test("a flag leads to those that it concerns now, whichever way it went")
    func flag() {
        let flag = FeatureFlag(name: .diegoDocker, enabled: false)
        let event = StoreEvent.featureFlagChanged(before: flag, after: flag, by: "me")
        #expect(sources(event) == [.refused, .due])
        var off = world
        off.policy = AdmissionPolicy(flags: [flag])
        let text = "not admitted: feature flag diego_docker is disabled"
        #expect(sources(event, off) == [.notRefused(placementError: text), .due])
    }

    @Test("a refusal that is written after the flag was set again is looked at, one that holds is not")
    func lateRefusal() {
        let text = "not admitted: feature flag diego_docker is disabled"
        let change = LRPEvent.actualLRPChanged(before: .fixture(key), after: .fixture(key, placementError: text))
        #expect(sources(.lrp(change)) == [.instances([key.id])])
        var agenda = ConvergenceAgenda()
        agenda.note(NumberedEvent(number: 1, at: .epoch, event: .lrp(change)), liveCells: [], refusal: text)
        #expect(agenda.isEmpty)
        let full = ActualLRP.fixture(key, placementError: "insufficient resources")
        let over = LRPEvent.actualLRPChanged(before: .fixture(key, placementError: text), after: full)
        agenda.note(NumberedEvent(number: 2, at: .epoch, event: .lrp(over)), liveCells: [], refusal: text)
        #expect(agenda.sources == [.instances([key.id])])
    }

    @Test("each source is looked at once, and taking empties the agenda")
    func once() {
        var agenda = ConvergenceAgenda(lastEvent: 4)
        agenda.note(.retry, [.missing, .displaced])
        agenda.note(.due, [.displaced])
        let taken = agenda.take()
        #expect(taken.triggers == [.retry, .due])
        #expect(taken.sources == [.missing, .displaced])
        #expect(agenda.isEmpty && agenda.lastEvent == 4)
    }

    @Test("too much to tell apart becomes a look at everything")
    func flood() {
        var agenda = ConvergenceAgenda()
        for index in 0...10_000 { agenda.note(.crashed, [.instances([InstanceID("app", index)])]) }
        #expect(agenda.isEverything)
        #expect(agenda.allSources(world).net == world.everything)
    }
}
