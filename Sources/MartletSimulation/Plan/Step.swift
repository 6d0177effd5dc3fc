/// One thing that happens to the world at a set time: work that clients ask for, or a fault.
public struct Step: Hashable, Sendable, CustomStringConvertible {
    /// From 0, kept when others are left out.
    public var number: Int
    /// From the start of the world.
    public var at: Duration
    public var action: Action

    public init(number: Int, at: Duration, action: Action) {
        self.number = number
        self.at = at
        self.action = action
    }

    public var description: String { "#\(number) at \(at.inSeconds): \(action)" }
}

extension Duration {
    /// With three digits behind the point.
    var inSeconds: String {
        let milliseconds = components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
        let fraction = "\(abs(milliseconds % 1_000) + 1_000)".dropFirst()
        return "\(milliseconds / 1_000).\(fraction) s"
    }
}
