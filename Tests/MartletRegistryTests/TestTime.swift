import MartletModels
import Synchronization

@testable import MartletRegistry

/// Time that passes only by waiting, and then at once; limits are reached only when a script says so.
final class TestTime: Sendable {
    static let start = Timestamp.epoch + .seconds(784_111_777)

    private let nanoseconds = Atomic<Int64>(TestTime.start.nanoseconds)
    private let isLimitReached = Atomic<Bool>(false)
    private let pauses = Pauses()

    /// All waits so far, in order.
    var waits: [Duration] { get async { await pauses.all } }

    /// The time limit that somebody waits for, or the next one, is reached.
    func reachLimit() { isLimitReached.store(true, ordering: .sequentiallyConsistent) }

    func clearLimit() { isLimitReached.store(false, ordering: .sequentiallyConsistent) }

    func advance(by duration: Duration) { nanoseconds.add(duration.nanoseconds, ordering: .sequentiallyConsistent) }

    var timing: Timing {
        Timing(
            now: { Timestamp(nanoseconds: self.nanoseconds.load(ordering: .sequentiallyConsistent)) },
            pause: { duration in
                try Task.checkCancellation()
                await self.pauses.add(duration)
                self.advance(by: duration)
            },
            deadline: { _ in
                while !Task.isCancelled {
                    guard !self.isLimitReached.exchange(false, ordering: .sequentiallyConsistent) else { return }
                    try? await Task.sleep(for: .milliseconds(1))
                }
            },
            jitter: { .zero }
        )
    }

    private actor Pauses {
        private(set) var all: [Duration] = []
        func add(_ duration: Duration) { all.append(duration) }
    }
}
