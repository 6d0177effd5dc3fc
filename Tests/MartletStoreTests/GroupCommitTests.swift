import MartletLinux
import MartletModels
import Testing

@testable import MartletStore

/// Runs a job when a test says so.
private final class SteppedExecutor: SerialExecutor {
    private let jobs = Locked<[UnownedJob]>([])

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
    }

    /// Waits for the next job to arrive and runs it.
    func step() async {
        while true {
            if let job = jobs.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
                return unsafe job.runSynchronously(on: asUnownedSerialExecutor())
            }
            await Task.yield()
        }
    }
}

@Suite("Group commit")
struct GroupCommitTests {
    @Test("a caller that is answered leaves new verbs to later turns, so that turns stay full")
    func fullTurns() async throws {
        let executor = SteppedExecutor()
        let store = try Store.open(
            path: ":memory:",
            Store.Configuration(now: { .epoch }, makeExecutor: { executor })
        )
        let written = Locked(0)
        try await withThrowingTaskGroup { group in
            for name in ["a", "b"] {
                group.addTask {
                    for round in 1...2 {
                        try await store.upsertDomain(DomainName("\(name)\(round)"), timeToLiveSeconds: 0)
                        written.withLock { $0 += 1 }
                    }
                }
            }
            while store.waitingCount < 2 { await Task.yield() }
            await executor.step()
            #expect(store.waitingCount == 0, "one turn for both")
            while store.waitingCount < 1 { await Task.yield() }
            #expect(written.withLock { $0 } == 1, "the second caller still waits to hear of it")
            await executor.step()
            #expect(store.waitingCount >= 1, "and takes nothing when it does")
            while store.waitingCount < 2 { await Task.yield() }
            await executor.step()
            #expect(store.waitingCount == 0, "the next turn is for both again")
            await executor.step()
            try await group.waitForAll()
        }
    }
}
