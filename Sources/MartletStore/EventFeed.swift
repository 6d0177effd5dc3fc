import MartletLinux
public import MartletModels

/// Every event from one number on, without gaps, as it is committed.
public struct EventSubscription: Sendable {
    /// The number of the last event that is *not* in `events`; a read made later than the subscription has it.
    public let lastNumber: Int64
    /// Ends when the reader falls behind by more than the limit; what was buffered is delivered first.
    public let events: AsyncStream<NumberedEvent>
}

/// Who listens. Publishing hands events to buffers and never waits for a reader.
final class EventFeed: Sendable {
    private struct Subscribers {
        var nextID = 0
        var all: [Int: AsyncStream<NumberedEvent>.Continuation] = [:]
    }

    private let subscribers = Locked(Subscribers())

    /// - Parameter bufferLimit: events that a reader may be behind.
    func subscribe(bufferLimit: Int) -> AsyncStream<NumberedEvent> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: NumberedEvent.self,
            bufferingPolicy: .bufferingOldest(bufferLimit)
        )
        let id = subscribers.withLock { subscribers in
            subscribers.nextID += 1
            subscribers.all[subscribers.nextID] = continuation
            return subscribers.nextID
        }
        continuation.onTermination = { [weak self] _ in self?.remove(id) }
        return stream
    }

    /// Called by the writer only, in commit order. The lock is not held meanwhile, because ending a stream calls back.
    func publish(_ events: [NumberedEvent]) {
        guard !events.isEmpty else { return }
        for (id, continuation) in subscribersInOrder {
            for event in events {
                if case .enqueued = continuation.yield(event) { continue }
                remove(id)
                continuation.finish()
                break
            }
        }
    }

    /// Ends every stream.
    func close() {
        for (_, continuation) in subscribersInOrder { continuation.finish() }
    }

    /// As they came, so that they hear of a commit in the same order in every run of a simulation.
    private var subscribersInOrder: [(Int, AsyncStream<NumberedEvent>.Continuation)] {
        subscribers.withLock { subscribers in subscribers.all.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }
    }

    private func remove(_ id: Int) { _ = subscribers.withLock { $0.all.removeValue(forKey: id) } }
}
