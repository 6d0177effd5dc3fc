public import MartletLinux
public import MartletModels

/// One container of the cell, from its reservation to its removal.
public struct ContainerRecord: Hashable, Sendable {
    /// The instance guid; also the container's handle.
    public let id: InstanceGUID
    public let key: ActualLRPKey
    public let resources: ContainerResources
    public let rootFS: RootFS
    public let placementTags: [String]
    public let volumeDrivers: [String]
    /// The host's user ids that stand for the container's; no two records share one.
    public let range: IDRange
    public let allocatedAt: Timestamp
    public private(set) var state: ContainerState
    /// Somebody asked it to end, whatever its exit status says then.
    public private(set) var stopRequested: Bool
    /// Passes its readiness checks, or has none.
    public private(set) var routable: Bool

    public init(reserving request: AllocationRequest, range: IDRange, at now: Timestamp) {
        self.init(
            restoring: request,
            range: range,
            allocatedAt: now,
            state: .reserved,
            stopRequested: false,
            routable: true
        )
    }

    /// Every field at once, for what has been stored; the rules of transitions do not apply.
    init(
        restoring request: AllocationRequest,
        range: IDRange,
        allocatedAt: Timestamp,
        state: ContainerState,
        stopRequested: Bool,
        routable: Bool
    ) {
        id = request.id
        key = request.key
        resources = request.resources
        rootFS = request.rootFS
        placementTags = request.placementTags
        volumeDrivers = request.volumeDrivers
        self.range = range
        self.allocatedAt = allocatedAt
        self.state = state
        self.stopRequested = stopRequested
        self.routable = routable
    }

    /// The container is told what to run. Instances with readiness checks are not routable until one passes.
    public mutating func initialize(_ desired: DesiredLRP) throws(ExecutorError) {
        routable = desired.checkDefinition?.readinessChecks.isEmpty ?? true
        try move(to: .initializing(desired))
    }

    public mutating func create(_ netInfo: ActualLRPNetInfo) throws(ExecutorError) {
        guard case .initializing(let desired) = state else { throw .invalidTransition }
        try move(to: .created(desired, netInfo))
    }

    public mutating func run() throws(ExecutorError) {
        guard case .created(let desired, let netInfo) = state else { throw .invalidTransition }
        try move(to: .running(desired, netInfo))
    }

    /// The first result stays: what comes later is a consequence.
    public mutating func complete(_ result: RunResult) {
        if case .completed = state { return }
        state = .completed(result)
    }

    public mutating func setRoutable(_ routable: Bool) { self.routable = routable }

    /// Takes over what is wanted of it now. Before it has been told what to run there is nothing to change: that will be
    /// the newest; and what has ended reports nothing.
    public mutating func take(_ update: LRPLiveUpdate) {
        switch state {
        case .reserved, .completed: break
        case .initializing(let desired): state = .initializing(desired.taking(update))
        case .created(let desired, let netInfo): state = .created(desired.taking(update), netInfo)
        case .running(let desired, let netInfo): state = .running(desired.taking(update), netInfo)
        }
    }

    public mutating func requestStop() { stopRequested = true }

    private mutating func move(to next: ContainerState) throws(ExecutorError) {
        guard state.name.mayBecome(next.name) else { throw .invalidTransition }
        state = next
    }
}

/// What is wanted of a cell when it keeps room for an instance.
public struct AllocationRequest: Hashable, Sendable {
    public var id: InstanceGUID
    public var key: ActualLRPKey
    public var resources: ContainerResources
    public var rootFS: RootFS
    public var placementTags: [String]
    public var volumeDrivers: [String]

    public init(
        id: InstanceGUID,
        key: ActualLRPKey,
        resources: ContainerResources,
        rootFS: RootFS,
        placementTags: [String] = [],
        volumeDrivers: [String] = []
    ) {
        self.id = id
        self.key = key
        self.resources = resources
        self.rootFS = rootFS
        self.placementTags = placementTags
        self.volumeDrivers = volumeDrivers
    }
}
