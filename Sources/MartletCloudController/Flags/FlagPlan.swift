import MartletModels
import MartletStore

/// What would stop if `diego_docker` were turned off now.
public struct FlagPlan: Codable, Hashable, Sendable {
    /// A desired LRP that comes from an image.
    public struct App: Codable, Hashable, Sendable {
        /// `nil` for one that was desired through the BBS.
        public var name: String?
        public var processGUID: String
        public var domain: String
        /// Wanted; kept while the flag is off.
        public var desiredInstances: Int
        /// On a cell now; these would stop.
        public var runningInstances: Int

        private enum CodingKeys: String, CodingKey {
            case name, domain
            case processGUID = "process_guid"
            case desiredInstances = "desired_instances"
            case runningInstances = "running_instances"
        }
    }

    public var enabled: Bool
    /// Sent with the change, it makes the change only if the same would stop.
    public var token: String
    /// Those of which most would stop first, then by name, those without a name last by process guid; as many as were
    /// asked for.
    public var apps: [App]
    /// Of how many apps something would stop, whether or not they are among `apps`.
    public var stoppingApps: Int
    /// Claimed or running.
    public var instances: Int
    /// Crashed, and not started again while the flag is off.
    public var waiting: Int
    /// Docker tasks that a cell runs; they would fail, and nothing runs them again.
    public var tasks: Int
    /// Their guids, sorted; as many as apps were asked for.
    public var taskGUIDs: [String]
    /// Docker tasks that wait for a cell; they would wait on, until they have waited for too long.
    public var waitingTasks: Int
    /// The cells that would stop something, sorted.
    public var cells: [String]
    /// Until the last container is gone: the stop grace and what it takes to tell the cells.
    public var expectedSeconds: Int
    /// The number of the last event; what a report counts from.
    public var lastEvent: Int64

    private enum CodingKeys: String, CodingKey {
        case enabled, token, apps, instances, waiting, tasks, cells
        case taskGUIDs = "task_guids"
        case waitingTasks = "waiting_tasks"
        case stoppingApps = "stopping_apps"
        case expectedSeconds = "expected_seconds"
        case lastEvent = "last_event"
    }
}

extension FlagPlan {
    /// - Parameters:
    ///   - stops: as of the same snapshot.
    ///   - limit: how many apps, and tasks, are told by name; `nil` for all.
    ///   - stopGraceSeconds: between the polite signal and the hard one.
    init(
        _ snapshot: StoreSnapshot,
        _ stops: FlagStops,
        limit: Int?,
        stopGraceSeconds: Int
    ) throws(StoreError) {
        let totals = try snapshot.dockerTotals()
        enabled = stops.isEnabled
        token = stops.token.description
        apps = try snapshot.dockerLRPs(limit: limit).map(App.init)
        stoppingApps = totals.heldLRPs
        instances = totals.heldInstances
        waiting = stops.waiting
        let running = try snapshot.runningDockerTasks()
        tasks = running.count
        taskGUIDs = running.prefix(limit ?? .max).map(\.guid.rawValue)
        waitingTasks = try snapshot.waitingDockerTaskCount()
        cells = Set(try snapshot.dockerCells() + running.map(\.cell)).sorted().map(\.rawValue)
        expectedSeconds = totals.heldInstances == 0 && running.isEmpty ? 0 : stopGraceSeconds + 2
        lastEvent = stops.token.event
    }
}

extension FlagPlan.App {
    init(_ lrp: DockerLRP) {
        name = lrp.appName
        processGUID = lrp.processGUID.rawValue
        domain = lrp.domain.rawValue
        desiredInstances = lrp.desiredInstances
        runningInstances = lrp.heldInstances
    }
}

/// How far turning `diego_docker` off has come; cheap enough to be asked for all the time.
public struct FlagProgress: Codable, Hashable, Sendable {
    public var enabled: Bool
    /// Instances that a cell holds still.
    public var running: Int
    /// Tasks that a cell runs still.
    public var tasks: Int

    public init(enabled: Bool, running: Int, tasks: Int) {
        (self.enabled, self.running, self.tasks) = (enabled, running, tasks)
    }
}
