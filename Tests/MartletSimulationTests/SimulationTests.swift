import MartletLinux
import MartletModels
import MartletStore
import MartletTestSupport
import Testing

@Suite("Seeded executor")
struct SimulationTests {
    /// Several tasks that take turns with an actor and with time; returns who did what when.
    private func race(seed: UInt64) -> (lines: [String], fingerprint: UInt64) {
        let simulation = Simulation(seed: seed)
        let lines = Locked<[String]>([])
        let processes = (0..<4).map { simulation.makeProcess("p\($0)") }
        let counter = Counter()
        for process in processes {
            process.spawn {
                for _ in 0..<5 {
                    let count = await counter.next()
                    lines.withLock { $0.append("\(process.name) \(count) \(simulation.now.nanoseconds)") }
                    let milliseconds = simulation.draw { Int.random(in: 0...3, using: &$0) }
                    try? await process.clock.sleep(for: .milliseconds(milliseconds))
                }
            }
        }
        #expect(simulation.run() == .idle)
        simulation.bury(processes)
        return (lines.withLock { $0 }, simulation.fingerprint)
    }

    private actor Counter {
        private var count = 0

        func next() -> Int {
            count += 1
            return count
        }
    }

    @Test("the same seed gives the same order", arguments: UInt64(1)...20)
    func replays(seed: UInt64) {
        let (first, second) = (race(seed: seed), race(seed: seed))
        #expect(first.lines == second.lines)
        #expect(first.fingerprint == second.fingerprint)
        #expect(first.lines.count == 20)
    }

    @Test("other seeds give other orders")
    func differs() {
        #expect(Set((UInt64(1)...20).map { race(seed: $0).lines }).count > 15)
    }

    @Test("time jumps to the next deadline, and stands still meanwhile")
    func timeJumps() {
        let simulation = Simulation(seed: 1)
        let process = simulation.makeProcess("sleeper")
        let wakes = Locked<[Duration]>([])
        process.spawn {
            for hours in [1, 0, 1_000] {
                try? await process.clock.sleep(for: .seconds(hours * 3_600))
                wakes.withLock { $0.append(simulation.now - .epoch) }
            }
        }
        #expect(simulation.run() == .idle)
        #expect(wakes.withLock { $0 } == [.seconds(3_600), .seconds(3_600), .seconds(1_001 * 3_600)])
    }

    @Test("a killed process never runs again, at whichever await it was", arguments: 0...12)
    func kill(jobs: Int) {
        let simulation = Simulation(seed: UInt64(jobs))
        let (victim, survivor) = (simulation.makeProcess("victim"), simulation.makeProcess("survivor"))
        let steps = Locked<[String]>([])
        let died = Locked<Int?>(nil)
        for process in [victim, survivor] {
            process.spawn {
                for _ in 0..<10 {
                    steps.withLock { $0.append(process.name) }
                    try? await process.clock.sleep(for: .milliseconds(1))
                }
            }
        }
        victim.kill(afterJobs: jobs) { died.withLock { died in died = steps.withLock { $0.count } } }
        #expect(simulation.run() == .idle)
        let all = steps.withLock { $0 }
        #expect(all.count { $0 == "survivor" } == 10)
        if let died = died.withLock({ $0 }) { #expect(!all[died...].contains("victim")) }
        #expect(all.count { $0 == "victim" } <= jobs + 1)
        simulation.bury([victim, survivor])
    }

    @Test("what a killed process has handed to another one still happens there")
    func handedOver() throws {
        let simulation = Simulation(seed: 3)
        let (server, disk) = (simulation.makeProcess("server"), simulation.makeProcess("disk"))
        let store = try Store.open(
            path: ":memory:",
            Store.Configuration(now: { server.now }, makeExecutor: { disk.makeSerialExecutor() })
        )
        let wasAnswered = Locked(false)
        server.spawn {
            _ = try? await store.desire(.fixture("app"))
            wasAnswered.withLock { $0 = true }
        }
        server.kill(afterJobs: 1) {}
        #expect(simulation.run() == .idle)
        let reader = simulation.makeProcess("reader")
        let guids = Locked<[ProcessGUID]>([])
        reader.spawn {
            let found = (try? await store.desiredLRPs())?.map(\.processGUID) ?? []
            guids.withLock { $0 = found }
        }
        #expect(simulation.run() == .idle)
        #expect(guids.withLock { $0 } == [ProcessGUID("app")])
        #expect(!wasAnswered.withLock { $0 })
        simulation.bury([server, disk, reader])
    }

    @Test("an urgent process sees everything before anybody goes on")
    func urgent() {
        let simulation = Simulation(seed: 5)
        let (watcher, worker) = (simulation.makeProcess("watcher", isUrgent: true), simulation.makeProcess("worker"))
        let (numbers, sender) = AsyncStream.makeStream(of: Int.self)
        let (sent, seen) = (Locked(0), Locked(0))
        watcher.spawn { for await number in numbers { seen.withLock { $0 = number } } }
        for _ in 0..<3 {
            worker.spawn {
                for _ in 0..<10 {
                    #expect(seen.withLock { $0 } == sent.withLock { $0 })
                    let next = sent.withLock { sent in
                        sent += 1
                        return sent
                    }
                    sender.yield(next)
                    await Task.yield()
                }
            }
        }
        #expect(simulation.run() == .idle)
        #expect(seen.withLock { $0 } == 30)
        simulation.bury([watcher, worker])
    }

    @Test("a step of the clock neither wakes nor stretches a sleep")
    func clockStep() {
        let simulation = Simulation(seed: 1)
        let process = simulation.makeProcess("sleeper")
        let woke = Locked<Timestamp?>(nil)
        process.spawn {
            try? await process.clock.sleep(for: .seconds(10))
            woke.withLock { $0 = process.now }
        }
        simulation.schedule(after: .seconds(1)) { process.stepClock(by: .seconds(100)) }
        #expect(simulation.run() == .idle)
        #expect(woke.withLock { $0 } == .epoch + .seconds(110))
        #expect(simulation.now == .epoch + .seconds(10))
    }

    @Test("an endless loop that takes no time is noticed")
    func livelock() {
        let simulation = Simulation(seed: 1, livelockLimit: 1_000)
        let process = simulation.makeProcess("busy")
        process.spawn { while !Task.isCancelled { await Task.yield() } }
        #expect(simulation.run() == .livelock)
        simulation.bury([process])
    }
}
