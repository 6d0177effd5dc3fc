import MartletBBSAPI
import MartletModels
import MartletStore
import MartletTestSupport

@testable import MartletServer

extension Cluster {
    func desire(_ guid: String, _ definition: TaskDefinition = .fixture()) async throws {
        try await bbs.desireTask(TaskGUID(guid), domain: "tasks", definition)
    }

    func setFlag(_ enabled: Bool) async throws {
        try await store.setFeatureFlag(.diegoDocker, enabled: enabled, by: "a test")
    }

    /// Every task: guid, state, and cell, reason or result in words.
    func tasks() async throws -> [String] {
        try await bbs.tasks().map { task in
            switch task.state {
            case .pending: "\(task.guid) Pending" + (task.rejectionReason.isEmpty ? "" : ": \(task.rejectionReason)")
            case .running(let cell): "\(task.guid) Running on \(cell)"
            case .completed(let end), .resolving(let end):
                "\(task.guid) \(task.state.name)" + (end.failed ? ", failed: \(end.failureReason)" : ": \(end.result)")
            }
        }
    }
}
