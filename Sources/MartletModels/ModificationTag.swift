/// Orders the versions of one record: equal epochs compare by index, different epochs are different lives.
public struct ModificationTag: Hashable, Sendable {
    /// A random version 4 UUID, drawn when the record is created.
    public var epoch: String
    /// 0 at creation, one more with every recorded modification.
    public var index: UInt32

    public init(epoch: String, index: UInt32 = 0) { (self.epoch, self.index) = (epoch, index) }

    public mutating func increment() { index &+= 1 }
}
