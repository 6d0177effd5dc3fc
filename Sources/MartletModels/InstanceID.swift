/// One instance of a process, whatever the domain says: what records are found by.
public struct InstanceID: Hashable, Sendable, Comparable, CustomStringConvertible {
    public var processGUID: ProcessGUID
    public var index: Int

    public init(_ processGUID: ProcessGUID, _ index: Int) { (self.processGUID, self.index) = (processGUID, index) }

    public var description: String { "\(processGUID)/\(index)" }

    public static func < (lhs: InstanceID, rhs: InstanceID) -> Bool {
        (lhs.processGUID, lhs.index) < (rhs.processGUID, rhs.index)
    }
}

extension ActualLRPKey {
    public var id: InstanceID { InstanceID(processGUID, index) }
}
