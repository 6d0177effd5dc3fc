import MartletLinux
import MartletModels
import MartletTestSupport

/// What happened, in the order in which it happened. Nothing is written, nor its text made, unless asked for.
final class Trace: Sendable {
    private let lines: Locked<[TraceLine]>?
    private let simulation: Simulation
    private let start: Timestamp

    init(_ simulation: Simulation, isOn: Bool, start: Timestamp) {
        (self.simulation, self.start) = (simulation, start)
        lines = isOn ? Locked([]) : nil
    }

    var isOn: Bool { lines != nil }

    func note(_ actor: String, _ text: () -> String) {
        guard let lines else { return }
        let line = TraceLine(at: simulation.now - start, actor: actor, text: text())
        lines.withLock { $0.append(line) }
    }

    var all: [TraceLine] { lines?.withLock { $0 } ?? [] }
}

/// One thing that happened.
public struct TraceLine: Hashable, Sendable, CustomStringConvertible {
    /// From the start of the world, in true time.
    public var at: Duration
    public var actor: String
    public var text: String

    public var description: String {
        let time = at.inSeconds
        let padding = String(repeating: " ", count: max(0, 11 - time.count))
        let name = actor + String(repeating: " ", count: max(0, 9 - actor.count))
        return "\(padding)\(time)  \(name) \(text)"
    }
}
