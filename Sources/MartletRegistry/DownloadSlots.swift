/// How many blobs are on their way at once, from each host and in all. Who comes first goes first.
actor DownloadSlots {
    private struct Waiter {
        let id: Int
        let host: HostAndPort
        let signal: AsyncStream<Void>.Continuation
    }

    private let perHost: Int
    private let total: Int
    private var running: [HostAndPort: Int] = [:]
    private var waiters: [Waiter] = []
    private var nextID = 0

    init(perHost: Int, total: Int) {
        self.perHost = perHost
        self.total = total
    }

    /// Waits for a free slot; the caller gives it back with `release`.
    /// - Throws: `.cancelled`, and then there is nothing to give back.
    func acquire(_ host: HostAndPort) async throws(RegistryError) {
        guard !isFree(host) else {
            running[host, default: 0] += 1
            return
        }
        let (stream, signal) = AsyncStream<Void>.makeStream()
        nextID += 1
        let id = nextID
        waiters.append(Waiter(id: id, host: host, signal: signal))
        await stream.first { true }
        // Cancelled while waiting: still in line, so no slot was given.
        guard let index = waiters.firstIndex(where: { $0.id == id }) else { return }
        waiters.remove(at: index)
        throw .cancelled
    }

    func release(_ host: HostAndPort) {
        running[host, default: 0] -= 1
        if running[host] == 0 { running[host] = nil }
        while let index = waiters.firstIndex(where: { isFree($0.host) }) {
            let waiter = waiters.remove(at: index)
            running[waiter.host, default: 0] += 1
            waiter.signal.yield()
        }
    }

    private func isFree(_ host: HostAndPort) -> Bool {
        running[host, default: 0] < perHost && running.values.reduce(0, +) < total
    }
}
