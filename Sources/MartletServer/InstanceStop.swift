public import MartletModels

/// One instance that its cell is to be told to stop.
public struct InstanceStop: Hashable, Sendable {
    public var key: ActualLRPKey
    public var instance: ActualLRPInstanceKey
    /// Of the request that led to it; empty without one.
    public var traceID: String

    public init(key: ActualLRPKey, instance: ActualLRPInstanceKey, traceID: String = "") {
        self.key = key
        self.instance = instance
        self.traceID = traceID
    }
}
