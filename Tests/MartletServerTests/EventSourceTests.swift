import MartletModels
import MartletStore
import MartletTestSupport
import Testing

@testable import MartletServer

@Suite("Event source")
struct EventSourceTests {
    private static let written: Int64 = 240

    private static func write(_ count: Int64, to store: Store) async throws {
        for number in 0..<count {
            try await store.upsertDomain(DomainName("d-\(number)"), timeToLiveSeconds: 0)
        }
    }

    /// Numbers until the last one that the test writes.
    private static func read(_ source: EventSource, after number: Int64) async -> [Int64] {
        var numbers: [Int64] = []
        for await event in await source.events(after: number) {
            numbers.append(event.number)
            if event.number >= written { break }
        }
        return numbers
    }

    @Test("whoever begins anywhere while others write gets every number once, in order", arguments: UInt64(1)...8)
    func seam(seed: UInt64) async throws {
        let directory = try ScratchDirectory("martlet-events")
        let clock = SimulatedClock()
        let store = try Store.open(path: directory.file("bbs.sqlite"), Store.Configuration(now: { clock.now }))
        var random = SplitMix64(seed: seed)
        let before = Int64.random(in: 1...60, using: &random)
        try await Self.write(before, to: store)
        let source = EventSource(store: store, bufferLimit: 1_000, pageSize: Int.random(in: 1...20, using: &random))
        let starts = (0..<6).map { _ in Int64.random(in: 0..<before, using: &random) }
        try await withThrowingTaskGroup { group in
            group.addTask { try await Self.write(Self.written - before, to: store) }
            for start in starts {
                group.addTask {
                    let numbers = await Self.read(source, after: start)
                    #expect(numbers == Array(start + 1...Self.written))
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("who asks for what the table has forgotten gets what is left, and then what comes")
    func forgotten() async throws {
        let clock = SimulatedClock()
        let store = try Store.open(path: ":memory:", Store.Configuration(now: { clock.now }, eventLimit: 10))
        try await Self.write(Self.written - 1, to: store)
        let oldest = try #require(try await store.events(after: 0).first?.number)
        #expect(oldest > 1)
        let events = await EventSource(store: store, bufferLimit: 10, pageSize: 3).events(after: 0)
        try await Self.write(1, to: store)
        var numbers: [Int64] = []
        for await event in events {
            numbers.append(event.number)
            if event.number == Self.written { break }
        }
        #expect(numbers.count >= 9 && numbers == Array((numbers.first ?? 0)...Self.written))
    }
}
