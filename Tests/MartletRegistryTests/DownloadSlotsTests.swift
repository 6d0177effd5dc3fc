import Testing

@testable import MartletRegistry

@Suite("Download slots")
struct DownloadSlotsTests {
    /// Runs `count` downloads of each host; returns the most that were running at once, from one host and in all.
    private func mostAtOnce(_ slots: DownloadSlots, hosts: [HostAndPort], each count: Int) async -> [Int] {
        actor Counter {
            var (running, most, mostAll): ([HostAndPort: Int], Int, Int) = ([:], 0, 0)
            func change(_ host: HostAndPort, by change: Int) {
                running[host, default: 0] += change
                most = max(most, running[host, default: 0])
                mostAll = max(mostAll, running.values.reduce(0, +))
            }
        }
        let counter = Counter()
        await withTaskGroup(of: Void.self) { group in
            for host in hosts {
                for _ in 0..<count {
                    group.addTask {
                        guard (try? await slots.acquire(host)) != nil else { return }
                        await counter.change(host, by: 1)
                        for _ in 0..<5 { await Task.yield() }
                        await counter.change(host, by: -1)
                        await slots.release(host)
                    }
                }
            }
        }
        return await [counter.most, counter.mostAll]
    }

    @Test("are never more than allowed, and everybody gets one")
    func limits() async throws {
        let hosts = try ["a", "b", "c"].map { try #require(HostAndPort($0)) }
        let slots = DownloadSlots(perHost: 2, total: 3)
        let most = await mostAtOnce(slots, hosts: hosts, each: 30)
        #expect(most[0] <= 2 && most[1] <= 3)
        #expect(await mostAtOnce(slots, hosts: hosts, each: 1)[1] <= 3)
    }

    @Test("are not lost when somebody in line gives up")
    func cancelled() async throws {
        let host = try #require(HostAndPort("a"))
        let slots = DownloadSlots(perHost: 1, total: 1)
        try await slots.acquire(host)
        let error = await withTaskGroup(of: RegistryError?.self) { group in
            group.addTask {
                do throws(RegistryError) { try await slots.acquire(host) } catch { return error }
                return nil
            }
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(error == .cancelled)
        await slots.release(host)
        try await slots.acquire(host)
        await slots.release(host)
    }
}
