import MartletModels

/// What all steps of one container share.
struct StepSurroundings: Sendable {
    var container: InstanceGUID
    var runtime: any ContainerRuntime
    var clock: CellClock
    var log: AppLog
    /// Below the environment of each run action.
    var environment: ProcessEnvironment
    /// From SIGTERM to SIGKILL.
    var grace: Duration
    /// Set when the whole container is to end.
    var stop: StopSignal

    /// From SIGKILL until a process that still exists is given up.
    static let waitAfterKill = Duration.seconds(1)
}

/// Where in the tree a step stands, and what reaches it from above.
struct StepContext: Sendable {
    var surroundings: StepSurroundings
    var journal: any StepJournal
    /// The step's place in the tree; also its process's id.
    var id: ProcessID
    var logSource: String
    var stop: StopSignal
    /// Collects the output of processes instead of the app's log; for checks.
    var capture: OutputCapture?
    /// Checks do not tell how they ended.
    var announcesExit = true

    /// The context of a part of this step.
    func child(_ name: String, logSource: String = "", stop: StopSignal? = nil) -> StepContext {
        var child = self
        child.id = ProcessID("\(id).\(name)")
        if !logSource.isEmpty { child.logSource = logSource }
        child.stop = stop ?? self.stop
        return child
    }
}

/// Called once, when a step has got as far as "it runs".
typealias Ready = @Sendable () async -> Void
