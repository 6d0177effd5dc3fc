import MartletModels
import MartletStore
import Testing

@testable import MartletCloudController

@Suite("History of holders")
struct HolderHistoryTests {
    private func key(_ index: Int) -> ActualLRPKey {
        ActualLRPKey(processGUID: ProcessGUID("app"), index: index, domain: DomainName("d"))
    }

    private func holder(_ guid: String) -> ActualLRPInstanceKey {
        ActualLRPInstanceKey(instanceGUID: InstanceGUID(guid), cellID: CellID("c"))
    }

    private func change(_ seconds: Int, _ index: Int, _ before: String?, _ after: String?) -> HolderChange {
        HolderChange(
            number: Int64(seconds) + 1,
            at: .epoch + .seconds(seconds),
            key: key(index),
            before: before.map(holder),
            after: after.map(holder)
        )
    }

    private func told(_ history: HolderHistory) -> [String] {
        history.holders(since: .epoch).map {
            "\($0.instance.instanceGUID) \($0.goneAfterSeconds.map { "\($0)" } ?? "remains")"
        }
    }

    @Test("crashes and removals end an instance, presence does not, newcomers and others do not count")
    func history() {
        var history = HolderHistory(docker: [ProcessGUID("app")])
        history.note(change(1, 0, "a", nil))
        history.note(change(2, 1, "b", "b"))
        history.note(change(4, 2, "c", nil))
        history.note(change(5, 3, nil, "new"))
        history.note(change(6, 3, "new", nil))
        var preloaded = change(7, 0, "p", nil)
        preloaded.key.processGUID = ProcessGUID("preloaded")
        history.note(preloaded)
        history.noteNow(DockerHolder(key: key(1), instance: holder("b")))
        #expect(told(history) == ["a 1.0", "b remains", "c 4.0"])
    }

    @Test("an instance that comes back as another presence has not stopped")
    func presence() {
        var history = HolderHistory(docker: [ProcessGUID("app")])
        history.note(change(1, 0, "a", nil))
        history.note(change(2, 0, nil, "a"))
        #expect(told(history) == ["a remains"])
    }

    @Test("what stops behind the end remains")
    func end() {
        var history = HolderHistory(docker: [ProcessGUID("app")], end: 3)
        history.note(change(1, 0, "a", nil))
        history.note(change(5, 1, "b", nil))
        #expect(told(history) == ["a 1.0", "b remains"])
    }
}
