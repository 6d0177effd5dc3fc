import MartletConvergence
import MartletModels

/// What the next pass has to look at, and what set it off.
struct ConvergenceAgenda {
    private(set) var triggers: Set<ConvergenceTrigger> = []
    /// In the order in which they were noted, each once, single instances last.
    var sources: [CandidateSource] { others + (instances.isEmpty ? [] : [.instances(instances)]) }
    private var others: [CandidateSource] = []
    private var known: Set<CandidateSource> = []
    /// Looked at together, because a page of many costs little more than one of a single instance.
    private var instances: [InstanceID] = []
    private var knownInstances: Set<InstanceID> = []
    /// The safety net: everything that may be out of place.
    private(set) var isEverything = false
    /// What the flag decides, whatever it is now.
    private(set) var isFlag = false
    /// When the newest cell appeared: what began to wait before may have a place now.
    private var waitingSince: Timestamp?
    /// Tasks that may be due; an index of the store knows which.
    private(set) var isTasks = false
    /// The last event that is taken into account.
    private(set) var lastEvent: Int64 = 0

    /// More than so many sources are not worth telling apart.
    private static let sourceLimit = 10_000

    init(lastEvent: Int64 = 0) { self.lastEvent = lastEvent }

    var isEmpty: Bool { triggers.isEmpty }

    mutating func note(_ trigger: ConvergenceTrigger, _ new: [CandidateSource] = []) {
        triggers.insert(trigger)
        for source in new {
            guard others.count + instances.count < Self.sourceLimit else { break }
            if case .instances(let ids) = source {
                for id in ids where knownInstances.insert(id).inserted { instances.append(id) }
            } else if known.insert(source).inserted {
                others.append(source)
            }
        }
        if others.count + instances.count >= Self.sourceLimit { isEverything = true }
    }

    /// Everything is looked at.
    mutating func noteEverything(_ trigger: ConvergenceTrigger) {
        triggers.insert(trigger)
        isEverything = true
    }

    /// What follows from an event; see `EventWork`.
    mutating func note(_ event: NumberedEvent, liveCells: Set<CellID>, refusal: String? = nil) {
        lastEvent = event.number
        if let work = EventWork(event, liveCells: liveCells, refusal: refusal) { note(work.trigger, [work.source]) }
        switch event.event {
        case .cellAppeared: waitingSince = max(waitingSince ?? event.at, event.at)
        // An instance that a cell runs already may come under the flag by being desired.
        case .lrp(.desiredLRPCreated(let lrp)) where refusal != nil && lrp.rootFS.isDocker: isFlag = true
        case .task(let change) where change.mayBeDue(refusal: refusal):
            note(.taskChanged)
            isTasks = true
        case .brakeReleased: note(.brakeReleased)
        case .featureFlagChanged:
            note(.flagChanged)
            isFlag = true
        default: return
        }
    }

    /// What was noted so far; the agenda is empty afterwards.
    mutating func take() -> ConvergenceAgenda {
        defer { self = ConvergenceAgenda(lastEvent: lastEvent) }
        return self
    }

    /// Whether tasks are to be looked at: something has happened to one, to a cell or to the flag, or time has passed.
    var concernsTasks: Bool { isEverything || notesTasks }

    /// The same without the safety net.
    var notesTasks: Bool {
        let triggers: Set<ConvergenceTrigger> = [.due, .retry, .start, .cellAppeared, .cellDisappeared]
        return isTasks || isFlag || !triggers.isDisjoint(with: self.triggers)
    }

    /// The noted sources, then, if asked for, those of the safety net.
    func allSources(_ world: PassWorld) -> (noted: [CandidateSource], net: [CandidateSource]) {
        var noted = sources
        if let waitingSince { noted.append(.waiting(since: waitingSince)) }
        // What has become due while the flag kept it from running is due still.
        if isFlag { noted += world.flagSources + [.due] }
        if triggers.contains(.due) || triggers.contains(.start) { noted += [.due, world.unwantedSource] }
        if triggers.contains(.brakeReleased) || triggers.contains(.retry) { noted.append(world.unwantedSource) }
        if triggers.contains(.retry) { noted += world.flagSources + [.onLostCells] }
        if triggers.contains(.start) { noted.append(.waiting(since: world.now)) }
        return (noted, isEverything ? world.everything : [])
    }
}

/// What a pass knows of the whole before it looks at instances.
struct PassWorld: Sendable {
    var now: Timestamp
    var liveCells: Set<CellID> = []
    var freshDomains: Set<DomainName> = []
    var policy = AdmissionPolicy(flags: [])
    var lastEvent: Int64 = 0
    /// Instances that would stop although nobody decided it, of so many that run; `nil` when they are few.
    var undecidedStops: BrakeReport?
    var nextDue: Timestamp?
    var nextPresenceExpiry: Timestamp?

    var unwantedSource: CandidateSource { .unwanted(in: freshDomains) }

    /// What the flag for Docker images may have put out of place.
    var flagSources: [CandidateSource] {
        guard let refusal = policy.refusal(of: AdmissionSubject(isDocker: true)) else { return [.refused] }
        return [.notRefused(placementError: refusal.placementError)]
    }

    /// Every index that finds what is out of place.
    var everything: [CandidateSource] {
        [.displaced, .onLostCells] + flagSources + [unwantedSource, .missing, .due, .outdated]
    }
}
