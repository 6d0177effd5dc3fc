import MartletModels
import MartletStore
import Testing

@testable import MartletCloudController

@Suite("History of tasks")
struct TaskHistoryTests {
    private func change(_ number: Int64, _ guid: String, _ before: String?, _ after: String?) -> TaskHolderChange {
        TaskHolderChange(
            number: number,
            at: .epoch + .seconds(number),
            guid: TaskGUID(guid),
            isDocker: guid != "other",
            before: before.map { CellID($0) },
            after: after.map { CellID($0) }
        )
    }

    @Test("the end of a task counts, what began since or ended after the flag was set again does not")
    func history() {
        var history = TaskHistory(end: 9)
        for (number, guid, before, after) in [
            (1, "ends", "c", nil), (2, "new", nil, "c"), (3, "new", "c", nil), (4, "other", "c", nil),
            (5, "ends", nil, "c"), (6, "ends", "c", nil), (7, "waits", nil, nil), (10, "late", "c", nil),
        ] as [(Int64, String, String?, String?)] {
            history.note(change(number, guid, before, after))
        }
        history.noteNow(TaskHolder(guid: TaskGUID("runs"), cell: CellID("d")))
        history.noteNow(TaskHolder(guid: TaskGUID("new"), cell: CellID("d")))
        let told = history.runners.map { "\($0.guid) on \($0.cell) \($0.goneAt.map { "\($0 - .epoch)" } ?? "remains")" }
        #expect(told == ["ends on c 1.0 seconds", "late on c remains", "runs on d remains"])
    }
}
