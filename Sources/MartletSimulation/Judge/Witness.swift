import MartletLinux
import MartletModels

/// How those who call servers tell the judge what they do and are told.
struct Witness: Sendable {
    let world: World

    /// The last event, to be noted when a call sets out.
    var mark: Int64 { world.state.withLock { $0.judge.mirror.lastNumber } }

    /// A call was answered with success.
    func acknowledge(_ answer: Answer, since mark: Int64) {
        world.judging { $0.judge(answer, since: mark, at: $1) }
    }

    /// A cell says how a task has ended.
    func noteEnding(_ guid: TaskGUID, on cell: CellID, _ ending: TaskEnding) {
        world.judging { judge, _ in judge.tasks.noteEnding(guid, on: cell, ending) }
    }

    func noteGivenBack(_ guid: TaskGUID) { world.judging { judge, _ in judge.tasks.noteGivenBack(guid) } }

    /// The process of a task begins.
    func judgeTaskRun(_ guid: TaskGUID, on cell: CellID) {
        world.judging { $0.judgeTaskRun(guid, on: cell, at: $1) }
    }
}
