public import MartletModels
public import MartletStore

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
    /// With instances that would stop first by name, then those without a name by process guid.
    public var apps: [App]
    /// Claimed or running.
    public var instances: Int
    /// The cells that would stop something, sorted.
    public var cells: [String]
    /// Until the last container is gone: the stop grace and what it takes to tell the cells.
    public var expectedSeconds: Int
    /// The number of the last event; what a report counts from.
    public var lastEvent: Int64

    private enum CodingKeys: String, CodingKey {
        case enabled, apps, instances, cells
        case expectedSeconds = "expected_seconds"
        case lastEvent = "last_event"
    }
}

extension FlagPlan {
    /// - Parameter stopGraceSeconds: between the polite signal and the hard one.
    public init(
        enabled: Bool,
        desired: [DesiredLRPSchedulingInfo],
        actual: [ActualLRP],
        apps: [AppRecord],
        stopGraceSeconds: Int,
        lastEvent: Int64
    ) {
        let names = Dictionary(apps.map { ($0.processGUID, $0.name) }) { first, _ in first }
        let held = Dictionary(grouping: actual.filter { $0.instanceKey != nil }, by: \.key.processGUID)
        let docker = desired.filter(\.rootFS.isDocker)
        let stopping = docker.flatMap { held[$0.processGUID] ?? [] }
        self.enabled = enabled
        self.apps = docker.map { lrp in
            App(
                name: names[lrp.processGUID],
                processGUID: lrp.processGUID.rawValue,
                domain: lrp.domain.rawValue,
                desiredInstances: lrp.instances,
                runningInstances: held[lrp.processGUID]?.count ?? 0
            )
        }.sorted {
            ($0.name == nil ? 1 : 0, $0.name ?? "", $0.processGUID) < (
                $1.name == nil ? 1 : 0, $1.name ?? "", $1.processGUID
            )
        }
        instances = stopping.count
        cells = Set(stopping.compactMap { $0.instanceKey?.cellID.rawValue }).sorted()
        expectedSeconds = stopping.isEmpty ? 0 : stopGraceSeconds + 2
        self.lastEvent = lastEvent
    }
}
