import MartletBBSAPI
import MartletHTTP
import MartletLog
import MartletModels
import MartletStore
import MartletTestSupport
import Testing

@testable import MartletServer

@Suite("Completion callbacks")
struct TaskCallbacksTests {
    private func cancelled(_ bench: TaskBench) async throws {
        try await bench.desire("t", .fixture(callback: "http://x/cb/200"))
        try await bench.bbs.cancelTask("t")
    }

    @Test(
        "a lost answer is asked for again at once, a closed door is not",
        arguments: [
            ([.timedOut("late"), .interrupted("closed")], 3, nil),
            ([.timedOut("1"), .timedOut("2"), .timedOut("3")], 3, .resolving),
            ([.cannotConnect("refused")], 1, .resolving), ([.invalidRequest("broken")], 1, .resolving),
        ] as [([HTTPTransportError], Int, MartletTask.StateName?)]
    )
    func transport(failures: [HTTPTransportError], calls: Int, state: MartletTask.StateName?) async throws {
        let bench = try await TaskBench()
        await bench.listener.fail(failures)
        try await cancelled(bench)
        await bench.tasks.callbacks.workOff()
        #expect(await bench.listener.calls.count == calls)
        #expect(try await bench.store.tasks().first?.state.name == state)
    }

    @Test("an outcome that somebody else takes is not sent, and what is unknown is passed over")
    func once() async throws {
        let bench = try await TaskBench()
        try await cancelled(bench)
        try await bench.bbs.resolvingTask("t")
        await bench.tasks.callbacks.request(["t", "t", "unknown"])
        await bench.tasks.callbacks.workOff()
        #expect(await bench.listener.calls.isEmpty)
        #expect(try await bench.store.task("t").state.name == .resolving)
    }

    @Test("while it runs, what is asked for is sent, however few workers there are", .timeLimit(.minutes(1)))
    func runs() async throws {
        let bench = try await TaskBench()
        let callbacks = TaskCallbacks(
            store: bench.store,
            transport: bench.listener,
            log: .discarding,
            workerLimit: 2
        )
        let guids = (0..<7).map { TaskGUID("t\($0)") }
        for guid in guids {
            try await bench.desire(guid, .fixture(callback: "http://x/cb/200"))
            try await bench.store.cancelTask(guid)
        }
        try await withThrowingTaskGroup { group in
            group.addTask { await callbacks.run() }
            await callbacks.request(guids)
            while try await !bench.store.tasks().isEmpty { await Task.yield() }
            group.cancelAll()
        }
        #expect(await bench.listener.calls.count == guids.count)
    }

    @Test("text is escaped as Go escapes it")
    func escaping() {
        #expect(
            TaskCallbackBody.quoted("a\"b\\c\n\r\t\u{8}\u{C}\u{1}<>&\u{2028}ü/")
                == #""a\"b\\c\n\r\t\b\f\u0001\u003c\u003e\u0026\u2028ü/""#
        )
    }
}
