import MartletModels

/// Tasks that should be further than they are.
extension Settlement {
    var taskReasons: [String] {
        mirror.tasks.values.sorted { $0.guid < $1.guid }.compactMap(whyNotDone) + superfluousTasks
    }

    private func whyNotDone(_ task: MartletTask) -> String? {
        switch task.state {
        case .pending: whyWaiting(task)
        case .running(let cell): whyRunning(task, on: cell)
        case .completed(let completion):
            isDue(task, since: completion.at) ? "the outcome of \(task.guid) is not delivered" : nil
        // Whoever has taken it may have half a minute.
        case .resolving where task.definition.completionCallbackURL.isEmpty:
            task.updatedAt + .seconds(33) > now ? nil : "\(task.guid) is resolving since \(now - task.updatedAt)"
        case .resolving: isDue(task, since: task.updatedAt) ? "the outcome of \(task.guid) is being delivered" : nil
        }
    }

    /// Whether somebody waits for its outcome for too long.
    private func isDue(_ task: MartletTask, since time: Timestamp) -> Bool {
        !task.definition.completionCallbackURL.isEmpty && time + patience <= now
    }

    private func whyWaiting(_ task: MartletTask) -> String? {
        if isRefused(task) {
            let isTold =
                task.rejectionReason.contains(FeatureFlagName.diegoDocker.rawValue)
                && task.rejectionReason.contains(mirror.flagText ?? "")
            return isTold ? nil : "\(task.guid) does not say why it waits: \(task.rejectionReason)"
        }
        // Half a minute after a cell has given it back, or none had room, it is tried again.
        if !hasRoom || (task.rejectionCount > 0 && task.updatedAt + .seconds(33) > now) { return nil }
        return "\(task.guid) waits for a cell \(task.rejectionReason)"
    }

    private func whyRunning(_ task: MartletTask, on cell: CellID) -> String? {
        if isRefused(task) { return "\(task.guid) runs on \(cell) while the flag is off" }
        let mine = tasks.filter { $0.key.guid == task.guid && ($0.key.isActive || $0.key.endedAt != nil) }
        let isUnderway = mine.contains { container, holder in
            guard holder == cell else { return false }
            guard case .running(let end) = container.phase else {
                return (container.endedAt ?? container.reservedAt) + patience > now
            }
            return end > now
        }
        return isUnderway && mine.count == 1 && patience > .zero
            ? nil : "\(task.guid) runs on \(cell), and in containers of \(mine.values.sorted())"
    }

    private func isRefused(_ task: MartletTask) -> Bool { task.definition.rootFS.isDocker && !mirror.isDockerOn }

    private var superfluousTasks: [String] {
        tasks.sorted { ($0.key.guid, $0.value) < ($1.key.guid, $1.value) }.compactMap { container, cell in
            if !mirror.isDockerOn, container.work.rootFS.isDocker {
                return "\(container.guid) has a container on \(cell) while the flag is off"
            }
            // A reservation runs out after a minute, on a clock of its own.
            if container.phase == .reserved, container.reservedAt + .seconds(75) > now { return nil }
            let task = mirror.tasks[container.guid]
            // Told a moment ago, and not heard of yet.
            let isDone = task?.completion.map { $0.at + patience > now } ?? (task == nil && patience > .zero)
            guard task?.state != .running(cell), !isDone || container.isActive else { return nil }
            return "\(container.guid) has a container on \(cell), and does not run there"
        }
    }
}
