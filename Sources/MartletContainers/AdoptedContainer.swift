/// A container that an earlier agent left, living or dead.
public struct AdoptedContainer: Sendable {
    /// Why a container cannot be used any more.
    public enum Death: Hashable, Sendable {
        /// Its sandbox ended, or was never finished.
        case gone
        /// The machine was restarted since.
        case machineRestarted
        /// An earlier agent had begun to destroy it.
        case destroying
    }

    public var container: Container
    /// Nil while the sandbox lives. A dead container keeps its record and its resources until `destroy`.
    public var death: Death?
    /// In order of start. Those that ended while no agent was watching resolve `wait()` at once.
    public var processes: [RunningProcess]
}
