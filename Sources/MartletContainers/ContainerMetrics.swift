/// What a container uses, read from its cgroups.
public struct ContainerMetrics: Hashable, Sendable {
    /// Usage towards the limit: caches that the kernel can drop do not count.
    public var memoryBytes: Int64
    public var memoryLimitBytes: Int64?
    /// CPU time of all processes since creation.
    public var cpuNanoseconds: Int64
    public var pids: Int64
    /// Processes killed for the memory limit since creation.
    public var oomKills: Int64
    public var rxBytes: Int64
    public var txBytes: Int64

    public init(
        memoryBytes: Int64 = 0,
        memoryLimitBytes: Int64? = nil,
        cpuNanoseconds: Int64 = 0,
        pids: Int64 = 0,
        oomKills: Int64 = 0,
        rxBytes: Int64 = 0,
        txBytes: Int64 = 0
    ) {
        (self.memoryBytes, self.memoryLimitBytes, self.cpuNanoseconds) = (memoryBytes, memoryLimitBytes, cpuNanoseconds)
        (self.pids, self.oomKills, self.rxBytes, self.txBytes) = (pids, oomKills, rxBytes, txBytes)
    }
}
