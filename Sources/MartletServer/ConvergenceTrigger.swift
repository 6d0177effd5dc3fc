import MartletConvergence
import MartletModels

/// What sets off a convergence pass.
enum ConvergenceTrigger: String, Hashable, Sendable, Comparable {
    case start
    /// The safety net.
    case interval
    /// Something has become due: a restart, another auction, the end of a presence.
    case due
    case desiredChanged = "desired-changed"
    case flagChanged = "flag-changed"
    case cellAppeared = "cell-appeared"
    case cellDisappeared = "cell-disappeared"
    case domainFresh = "domain-fresh"
    /// A record went away, so an index may be missing.
    case instanceRemoved = "instance-removed"
    /// A cell runs what was not given to it, or while it counts as lost.
    case instanceStarted = "instance-started"
    case crashed
    /// A task was rejected, completed or ended, so there may be more to do for it.
    case taskChanged = "task-changed"
    /// The pass before has made work for another one.
    case followUp = "follow-up"
    /// Something could not be done, or a cell has not done what it was told.
    case retry
    /// Events were missed.
    case resubscribed
    case brakeReleased = "brake-released"
    /// An operator wants everything looked at now.
    case requested

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// The work that one event makes: where to look, and because of what.
struct EventWork: Equatable {
    var trigger: ConvergenceTrigger
    var source: CandidateSource

    /// `nil` for events after which nothing can be out of place.
    ///
    /// - Parameters:
    ///   - liveCells: as of this event. A cell that counts as lost and runs something makes work.
    ///   - refusal: the placement error of what the flag refuses as of this event, `nil` while it is on. What was
    ///     decided before the flag changed, and written after, makes work.
    init?(_ event: NumberedEvent, liveCells: Set<CellID>, refusal: String?) {
        switch event.event {
        case .lrp(.desiredLRPCreated(let lrp)), .lrp(.desiredLRPChanged(_, let lrp)), .lrp(.desiredLRPRemoved(let lrp)):
            self.init(.desiredChanged, .process(lrp.processGUID))
        case .lrp(.actualLRPCreated(let lrp)):
            guard lrp.instanceKey != nil else { return nil }
            self.init(.instanceStarted, .instances([lrp.key.id]))
        case .lrp(.actualLRPChanged(let before, let lrp))
        where lrp.state == .unclaimed && lrp.placementError != refusal
            && [before, lrp].contains(where: { AdmissionRefusal.isRefusal($0.placementError) }):
            self.init(.flagChanged, .instances([lrp.key.id]))
        case .lrp(.actualLRPChanged(_, let lrp)):
            // Held by a lost cell, or called suspect although its cell is back.
            let isOutOfPlace = lrp.presence == .suspect
            guard let holder = lrp.instanceKey, liveCells.contains(holder.cellID) == isOutOfPlace else { return nil }
            self.init(.instanceStarted, .instances([lrp.key.id]))
        case .lrp(.actualLRPRemoved(let lrp)):
            guard lrp.presence == .ordinary else { return nil }
            self.init(.instanceRemoved, .instances([lrp.key.id]))
        case .lrp(.actualLRPCrashed(_, let lrp)):
            self.init(.crashed, .instances([lrp.key.id]))
        case .cellAppeared(let cell):
            self.init(.cellAppeared, .cell(cell.cellID))
        case .cellDisappeared(let cell):
            self.init(.cellDisappeared, .cell(cell.cellID))
        case .domainUpserted(let domain):
            self.init(.domainFresh, .unwanted(in: [domain.name]))
        // Its moments are those of `TaskRules`.
        case .task: return nil
        // What a flag, a task or the brake concerns is found by conditions of the whole store; see the agenda.
        case .featureFlagChanged, .brakeApplied, .brakeReleased: return nil
        }
    }

    private init(_ trigger: ConvergenceTrigger, _ source: CandidateSource) {
        (self.trigger, self.source) = (trigger, source)
    }
}

extension TaskEvent {
    /// Whether convergence may have to do something for the task now; what only time makes due has its own wake.
    ///
    /// - Parameter refusal: as of `EventWork`.
    func mayBeDue(refusal: String?) -> Bool {
        switch self {
        // It is on its way to an auction; while the flag is off it has to be told, though no cell can be asked.
        case .taskCreated(let task): refusal != nil && task.definition.rootFS.isDocker
        case .taskRemoved: false
        case .taskChanged(_, let after): after.state.name != .running
        }
    }
}
