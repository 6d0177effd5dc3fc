import MartletBBSAPI
import MartletModels
import MartletProtobuf
import MartletStore
import Testing

@testable import MartletServer

/// Times of one recording, and what they are here: equal where they are equal there.
private struct TimeTable {
    private var times: [Timestamp: Timestamp] = [:]

    private mutating func translate(_ time: Timestamp, as own: Timestamp) -> Timestamp {
        if time == .epoch { return .epoch }
        if times[time] == nil { times[time] = own }
        return times[time] ?? own
    }

    /// The recorded task with times of ours, the same wherever the recorded ones are.
    mutating func translate(_ recorded: MartletTask, like own: MartletTask) -> MartletTask {
        var state = recorded.state
        if var completion = recorded.completion {
            completion.at = translate(completion.at, as: own.completion?.at ?? .epoch)
            state = recorded.state.name == .completed ? .completed(completion) : .resolving(completion)
        }
        return MartletTask(
            restoring: recorded.guid,
            domain: recorded.domain,
            definition: recorded.definition,
            createdAt: translate(recorded.createdAt, as: own.createdAt),
            updatedAt: translate(recorded.updatedAt, as: own.updatedAt),
            state: state,
            rejectionCount: recorded.rejectionCount,
            rejectionReason: recorded.rejectionReason
        )
    }
}

@Suite("Tasks as recorded from the original BBS")
struct TaskRecordingsTests {
    private func tasks(_ path: String, _ bytes: [UInt8]) throws -> [MartletTask]? {
        switch path {
        case BBSRoutes.tasks.path, BBSRoutes.tasksR2.path:
            try TasksResponse(decoding: bytes).items.sorted { $0.guid < $1.guid }
        case BBSRoutes.task.path, BBSRoutes.taskR2.path:
            try TaskResponse(decoding: bytes).item.map { [$0] }
        default: nil
        }
    }

    private func compare(_ exchange: TaskExchange, _ own: [UInt8], _ times: inout TimeTable) throws {
        guard let recorded = try tasks(exchange.path, exchange.recorded) else {
            #expect(own == exchange.recorded, "\(exchange.name)")
            return
        }
        let own = try #require(try tasks(exchange.path, own), "\(exchange.name)")
        #expect(recorded.map(\.guid) == own.map(\.guid), "\(exchange.name)")
        for (theirs, ours) in zip(recorded, own) {
            let expected = times.translate(theirs, like: ours)
            #expect(withoutMapOrder(expected) == withoutMapOrder(ours), "\(exchange.name)")
        }
    }

    /// The original writes the entries of its maps in any order, also of those that we keep as they are.
    private func withoutMapOrder(_ task: MartletTask) -> MartletTask {
        var definition = task.definition
        definition.unknownFields.bytes.sort()
        return MartletTask(
            restoring: task.guid,
            domain: task.domain,
            definition: definition,
            createdAt: task.createdAt,
            updatedAt: task.updatedAt,
            state: task.state,
            rejectionCount: task.rejectionCount,
            rejectionReason: task.rejectionReason
        )
    }

    @Test("every exchange of a whole session has the same answer, and makes us ask for the same")
    func exchanges() async throws {
        let bench = try await TaskBench(cells: ["cell-a", "cell-b"])
        var times = TimeTable()
        for exchange in TaskExchange.load("task-exchanges") {
            let cancelled = await bench.cells.cancelledTasks.count
            let answer = try await bench.answer(exchange.path, exchange.request)
            try compare(exchange, answer, &times)
            let asked = await bench.auctioneer.takeWaiting().tasks.keys.map(\.rawValue).sorted()
            await bench.auctioneer.endAuction()
            #expect(asked == exchange.auctions ?? [], "\(exchange.name)")
            let told = await bench.cells.cancelledTasks.dropFirst(cancelled)
            #expect(told.map(RepRoutes.cancelTaskPath) == exchange.cellCalls ?? [], "\(exchange.name)")
        }
    }

    @Test("callbacks have the same bytes, the same retries, and lead to the same end")
    func callbacks() async throws {
        let bench = try await TaskBench()
        var times = TimeTable()
        for exchange in TaskExchange.load("task-callbacks") {
            let answer = try await bench.answer(exchange.path, exchange.request)
            try compare(exchange, answer, &times)
            await bench.tasks.callbacks.workOff()
            let calls = await bench.listener.takeCalls()
            let expected = (exchange.calls ?? []).map { call in
                RecordingListener.Call(path: call.path, contentType: "application/json", body: call.body)
            }
            #expect(calls.map(withoutTime) == expected.map(withoutTime), "\(exchange.name)")
        }
    }

    /// The time is the last thing in the body.
    private func withoutTime(_ call: RecordingListener.Call) -> RecordingListener.Call {
        var call = call
        #expect(call.body.hasSuffix("}"))
        call.body.removeLast()
        while call.body.last?.isNumber == true { call.body.removeLast() }
        #expect(call.body.hasSuffix("\"created_at\":"))
        return call
    }
}
