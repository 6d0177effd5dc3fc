import Glibc
import MartletLinux
import MartletRegistry
import MartletTestSupport
import Testing

@testable import MartletImages

@Suite("Layer store", .enabled(if: getuid() == 0, "needs root"))
struct LayerStoreTests {
    private let bench: StoreBench

    init() throws { bench = try StoreBench() }

    private func chain(_ number: UInt8) -> ChainID { ChainID(Digest(of: [number])) }

    private func add(_ chainID: ChainID, size: Int64, to store: LayerStore) async throws {
        let staging = try await store.makeStaging()
        try Files.replace("\(staging)/file", with: [1])
        try await store.commit(staging, as: chainID, parent: nil, size: size)
    }

    @Test("what was committed is there after a restart; what was not is gone")
    func recovery() async throws {
        do {
            let store = try await bench.open()
            try await add(chain(1), size: 10, to: store)
            // A process killed in the middle of a pull leaves these.
            let half = try await store.makeStaging()
            try Files.replace("\(half)/file", with: [1])
            try Files.replace(await store.makeSpoolPath(), with: [1])
            try Files.makeDirectories("\(bench.path)/trash/1")
            try Files.makeDirectories("\(bench.path)/volumes/\(chain(2).directoryName)")
            try Files.makeDirectories("\(bench.path)/volumes/nonsense")
            try Files.replace(
                "\(bench.path)/meta/\(chain(3).directoryName).json",
                with: LayerRecord(size: 1, parent: nil).encoded()
            )
        }
        let store = try await bench.open()
        #expect(await store.contents == [chain(1)])
        #expect(await store.size == 10)
        #expect(try Files.list("\(bench.path)/volumes") == [chain(1).directoryName])
        #expect(try Files.list("\(bench.path)/meta") == ["\(chain(1).directoryName).json"])
        try bench.expectTidy()
    }

    @Test("after the machine went down without notice nothing is trusted; after an orderly end everything is")
    func boots() async throws {
        let store = try await bench.open()
        try await add(chain(1), size: 10, to: store)
        try await store.close()
        try Files.replace("\(bench.path)/boot", with: Array("another boot".utf8))
        #expect(await (try bench.open()).contents == [chain(1)])
        try Files.replace("\(bench.path)/boot", with: Array("another boot".utf8))
        #expect(await (try bench.open()).contents == [])
    }

    @Test("the second to commit a layer gives way")
    func twice() async throws {
        let store = try await bench.open()
        try await add(chain(1), size: 10, to: store)
        try await add(chain(1), size: 10, to: store)
        await store.emptyTrash()
        #expect(await store.contents == [chain(1)])
        try bench.expectTidy()
    }

    @Test("collection takes what nobody needs, least recently used first, down to the threshold")
    func collection() async throws {
        let store = try await bench.open()
        for number: UInt8 in 1...4 { try await add(chain(number), size: 10, to: store) }
        // Used in the order 3, 1, 2, 4.
        for (age, number) in [UInt8(3), 1, 2, 4].enumerated() {
            let path = store.layout.record(chain(number))
            let time = [timespec(tv_sec: 1_000 + age, tv_nsec: 0), timespec(tv_sec: 1_000 + age, tv_nsec: 0)]
            unsafe utimensat(AT_FDCWD, path, time, 0)
        }
        #expect(try await store.collectGarbage(above: 40) == GarbageReport())
        var expected = GarbageReport()
        (expected.removed, expected.bytes) = ([chain(3)], 10)
        #expect(try await store.collectGarbage(above: 30) == expected)
        let lease = await store.lease([chain(1)])
        (expected.removed, expected.bytes) = ([chain(4)], 10)
        #expect(try await store.collectGarbage(keep: [chain(2)], above: 0) == expected)
        #expect(await store.contents == [chain(1), chain(2)])
        _ = lease
        await #expect(throws: ImageError.self) { try await store.collectGarbage(above: -1) }
        try bench.expectTidy()
    }

    @Test("a lease holds layers that come later, and ends with its last holder")
    func leases() async throws {
        let store = try await bench.open()
        var lease: LayerLease? = await store.lease([chain(1), chain(1)])
        try await add(chain(1), size: 10, to: store)
        #expect(try await store.collectGarbage(above: 0).removed == [])
        #expect(lease != nil)
        lease = nil
        #expect(try await store.collectGarbage(above: 0).removed == [chain(1)])
    }
}
