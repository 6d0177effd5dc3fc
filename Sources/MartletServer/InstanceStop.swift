public import MartletModels

/// One instance that its cell is to be told to stop.
public struct InstanceStop: Hashable, Sendable {
    /// Which instance.
    public var key: ActualLRPKey
    /// The container, and the cell that is told.
    public var instance: ActualLRPInstanceKey
    /// Of the request that led to it; empty without one.
    public var traceID: String

    /// - Parameter traceID: of the request that led to it; empty without one.
    public init(key: ActualLRPKey, instance: ActualLRPInstanceKey, traceID: String = "") {
        self.key = key
        self.instance = instance
        self.traceID = traceID
    }
}
