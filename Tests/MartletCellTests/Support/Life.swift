import MartletLinux
import MartletModels

@testable import MartletCell

/// One life of an agent, which may be killed between any two of the things that it does to the world.
final class Life: Sendable {
    private let stepsLeft: Locked<Int?>
    private let dead = Latch<Bool>()
    private let onDeath: @Sendable () -> Void
    private let never = Latch<Bool>()

    /// - Parameter steps: what it may do before it dies; `nil` lets it live.
    init(steps: Int? = nil, onDeath: @escaping @Sendable () -> Void = {}) {
        stepsLeft = Locked(steps)
        self.onDeath = onDeath
    }

    var isDead: Bool { dead.value != nil }

    /// Passes, or kills the agent; a dead agent's call never comes back until its task is torn down.
    ///
    /// - Returns: false when the call must not have any effect.
    func step() async -> Bool {
        if isDead {
            _ = await never.wait()
            return false
        }
        let dies = stepsLeft.withLock { left in
            guard let count = left else { return false }
            left = count - 1
            return count == 0
        }
        guard dies else { return true }
        onDeath()
        dead.finish(true)
        _ = await never.wait()
        return false
    }
}
