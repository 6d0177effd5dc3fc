import MartletConvergence
import MartletModels
import MartletStore

/// What wakes a pass: events, and times.
extension ConvergenceLoop {
    /// Turns events into work; subscribes anew when it fell behind.
    func watch(_ first: EventSubscription) async {
        var subscription = first
        while true {
            for await event in subscription.events { see(event) }
            guard !Task.isCancelled, (try? await clock.sleep(until: clock.now + .seconds(1))) != nil else { return }
            subscription = await store.subscribe(bufferLimit: Self.eventBuffer)
            agenda = ConvergenceAgenda(lastEvent: subscription.lastNumber)
            noteEverything(.resubscribed)
        }
    }

    func see(_ event: NumberedEvent) {
        if case .cellAppeared(let cell) = event.event {
            cellAppearedAt = event.at
            liveCells.insert(cell.cellID)
        }
        if case .cellDisappeared(let cell) = event.event { liveCells.remove(cell.cellID) }
        if case .featureFlagChanged(let before, let flag, _) = event.event, flag.name == .diegoDocker {
            if before.enabled != flag.enabled { flagChangedAt = event.at }
            refusal = AdmissionPolicy(flags: [flag]).refusal(of: AdmissionSubject(isDocker: true))?.placementError
        }
        if let due = dueTime(after: event.event) { want(.due, by: due) }
        let wasEmpty = agenda.isEmpty
        agenda.note(event, liveCells: liveCells, refusal: refusal)
        if wasEmpty && !agenda.isEmpty { signalWork() }
    }

    /// When an instance that waits or has crashed now, or a task, will be due.
    private func dueTime(after event: StoreEvent) -> Timestamp? {
        switch event {
        case .lrp(.actualLRPCreated(let lrp)), .lrp(.actualLRPChanged(_, let lrp)), .lrp(.actualLRPCrashed(_, let lrp)):
            configuration.rules.dueTime(of: lrp)
        case .task(let change): tasks.rules.dueTime(after: change, liveCells: liveCells)
        default: nil
        }
    }

    func wake(at first: Timestamp) async {
        var deadline = first
        while (try? await clock.sleep(until: deadline)) != nil {
            switch wakes.fired(deadline, now: clock.now) {
            case .triggers(let triggers): return fire(triggers)
            case .sleep(let later): deadline = later
            case .end: return
            }
        }
    }

    func fire(_ triggers: [ConvergenceTrigger]) {
        for trigger in triggers {
            switch trigger {
            case .interval: noteEverything(.interval)
            case .retry where lostTrack: noteEverything(.retry)
            case .retry: note(.retry, takeRetries())
            default: note(trigger)
            }
        }
    }
}
