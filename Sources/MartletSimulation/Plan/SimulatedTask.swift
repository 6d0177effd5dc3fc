import MartletModels

/// A task that a client may desire; each has a guid of its own.
public struct SimulatedTask: Hashable, Sendable, CustomStringConvertible {
    public var number: Int
    public var isDocker: Bool
    /// Whether its outcome is sent to somebody; otherwise a client has to take it.
    public var hasCallback: Bool
    /// How long it runs.
    public var milliseconds: Int
    /// Its process ends with an error.
    public var fails: Bool

    public init(number: Int, isDocker: Bool, hasCallback: Bool, milliseconds: Int, fails: Bool) {
        self.number = number
        self.isDocker = isDocker
        self.hasCallback = hasCallback
        self.milliseconds = milliseconds
        self.fails = fails
    }

    public var description: String {
        let kind = (isDocker ? "docker " : "") + "task-\(number)"
        return kind + (hasCallback ? " with a callback" : "") + (fails ? ", which fails" : "")
    }

    static let domain = DomainName("jobs")
    static let exitReason = "exited with status 1"

    static func guid(_ number: Int) -> TaskGUID { TaskGUID("task-\(number)") }

    var guid: TaskGUID { Self.guid(number) }

    var definition: TaskDefinition {
        var definition = TaskDefinition(
            rootFS: RootFS(isDocker ? "docker:///library/busybox" : "preloaded:stack"),
            action: .run(RunAction(path: "/bin/job", arguments: [], user: "vcap"))
        )
        (definition.memoryMB, definition.diskMB) = (SimulatedApp.memoryMB, SimulatedApp.diskMB)
        if hasCallback { definition.completionCallbackURL = "http://\(CallbackReceiver.host)/done" }
        // What its process does is told here, so that a cell learns it from the board, as it would the action.
        definition.annotation = "\(milliseconds) \(fails ? "fails" : "ends")"
        return definition
    }

    /// What the process of such a task does.
    static func behaviour(of definition: TaskDefinition) -> (duration: Duration, fails: Bool) {
        let words = definition.annotation.split(separator: " ")
        let milliseconds = words.first.flatMap { Int($0) } ?? 0
        return (.milliseconds(milliseconds), words.last == "fails")
    }
}
