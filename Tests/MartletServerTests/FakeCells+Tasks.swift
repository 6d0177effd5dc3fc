import MartletBBSAPI
import MartletModels

extension FakeCells {
    enum TaskOutcome {
        case result(String)
        case failure(String)
    }

    /// It ends when its cell reports next, if it runs by then.
    func end(_ task: TaskGUID, _ outcome: TaskOutcome) { taskOutcomes[task] = outcome }

    /// Tasks in containers: guid and cell, sorted.
    var runningTasks: [String] {
        heldTasks.filter(\.value.isRunning).map { "\($0.key) on \($0.value.cellID)" }.sorted()
    }

    /// What a cell says of a task: that it starts, or that it has ended. A refusal means that it is not wanted here.
    func report(_ guid: TaskGUID, _ task: HeldTask, to bbs: BBSClient) async throws {
        do throws(BBSClientError) {
            if !task.isRunning {
                let shouldRun = try await bbs.startTask(guid, on: task.cellID)
                heldTasks[guid] = shouldRun ? HeldTask(cellID: task.cellID, isRunning: true) : nil
            } else if let outcome = taskOutcomes[guid] {
                heldTasks[guid] = nil
                try await bbs.completeTask(CompleteTaskRequest(guid, on: task.cellID, outcome))
            }
        } catch {
            guard case .bbs = error else { throw error }
            heldTasks[guid] = nil
        }
    }
}

extension CompleteTaskRequest {
    fileprivate init(_ guid: TaskGUID, on cell: CellID, _ outcome: FakeCells.TaskOutcome) {
        switch outcome {
        case .result(let result): self.init(guid, on: cell, failed: false, result: result)
        case .failure(let reason): self.init(guid, on: cell, failed: true, failureReason: reason)
        }
    }
}
