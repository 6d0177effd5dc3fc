public import MartletModels

/// How a process in a container ended.
public struct ExitStatus: Hashable, Sendable {
    /// The exit code; 128 + signal when a signal ended it; 255 when the record was lost.
    public var code: Int32
    /// Killed, and the container's memory limit had been hit since the process started.
    public var outOfMemory: Bool
    /// The supervisor died without leaving a record, or the machine was restarted.
    public var lost: Bool
    public var at: Timestamp

    public init(code: Int32, outOfMemory: Bool = false, lost: Bool = false, at: Timestamp) {
        (self.code, self.outOfMemory, self.lost, self.at) = (code, outOfMemory, lost, at)
    }

    /// The signal that ended the process. An application that exits with 129 to 192 itself looks the same.
    public var signal: Int32? { (129...192).contains(code) ? code - 128 : nil }
}
