/// A block of host user and group ids that a container's ids 0..<size stand for.
public struct IDRange: Hashable, Sendable {
    /// The host id of the container's root. Never below 65,536, so that no id of the host itself is in a range.
    public let base: UInt32
    /// 65,536 for every container: all ids that images use.
    public let size: UInt32

    public init(base: UInt32, size: UInt32 = 65_536) {
        precondition(base >= 65_536, "a container's ids never overlap the host's: base \(base)")
        self.base = base
        self.size = size
    }
}
