/// Which faults a world has.
public enum Profile: String, Hashable, Sendable, CaseIterable {
    /// None; what is asked for has to happen within seconds.
    case calm
    /// Cells are lost and come back.
    case cells
    /// Messages are lost, doubled and delayed; cells are cut off.
    case network
    /// The server is killed and started again, sometimes beside another one.
    case servers
    /// Clocks are stepped.
    case clocks
    /// The disk is full for a while.
    case disk
    /// Cells turn out to run much that nobody has ever desired; else no faults.
    case brake
    /// All of it.
    case storm

    var hasCellLoss: Bool { self == .cells || self == .storm }
    var hasNetworkFaults: Bool { self == .network || self == .storm }
    var hasServerKills: Bool { self == .servers || self == .storm }
    var hasClockSteps: Bool { self == .clocks || self == .storm }
    var hasFullDisk: Bool { self == .disk || self == .storm }
}
