import MartletLinux
import MartletModels

/// Names the processes of a monitor action: no two the same in one container, whatever life of the agent made them.
final class AttemptCounter: Sendable {
    private let life: Int64
    private let count = Locked(0)

    init(startingAt now: Timestamp) { life = now.nanoseconds }

    func next() -> String {
        let number = count.withLock { count in
            count += 1
            return count
        }
        return "\(life)-\(number)"
    }
}
