import MartletAuction
import MartletConvergence
import MartletLog
import MartletModels
import MartletStore

/// What still waits for a cell and may have one. Read in parts, so that memory does not grow with what is desired.
extension Auctioneer {
    struct Admitted: Sendable {
        var items: [AuctionItem] = []
        var notAdmitted = TurnOutcome.NotAdmitted()
    }

    /// What these instances ask for; those of processes that are not desired, or not so many, are left out. Those of
    /// which the desired LRP cannot be read are refused.
    func requests(for keys: [ActualLRPKey]) async -> [LRPStartRequest] {
        var indices: [ProcessGUID: [Int]] = [:]
        for key in keys { indices[key.processGUID, default: []].append(key.index) }
        let guids = indices.keys.sorted()
        var requests: [LRPStartRequest] = []
        for start in stride(from: 0, to: guids.count, by: Self.readLimit) {
            let part = Array(guids[start..<min(start + Self.readLimit, guids.count)])
            do throws(StoreError) {
                let found = try await store.read { (snapshot) throws(StoreError) in
                    try snapshot.readableSchedulingInfos(of: part)
                }
                if !found.damaged.isEmpty {
                    await refuse(keys.filter { found.damaged[$0.processGUID] != nil }, because: found.damaged)
                }
                for info in found.infos {
                    let indices = (indices[info.processGUID] ?? []).filter { $0 < info.instances }
                    let request = LRPStartRequest(info, indices: indices)
                    if request.invalidity == nil { requests.append(request) }
                }
            } catch { log(.error, "instances to auction were not read", ["error": "\(error)"]) }
        }
        return requests
    }

    private func refuse(_ keys: [ActualLRPKey], because damage: [ProcessGUID: String]) async {
        guard !keys.isEmpty else { return }
        log(.error, "desired LRPs cannot be read", ["faults": "\(damage)"])
        await write(
            keys.map { key in
                let reason = damage[key.processGUID] ?? ""
                return RefusedInstance(key: key, placementError: "its desired LRP is damaged: \(reason)")
            }
        )
    }

    func taskRequests(for guids: [TaskGUID]) async -> [TaskStartRequest] {
        var requests: [TaskStartRequest] = []
        for start in stride(from: 0, to: guids.count, by: Self.readLimit) {
            let part = Array(guids[start..<min(start + Self.readLimit, guids.count)])
            do throws(StoreError) {
                let (tasks, damaged) = try await store.read { (snapshot) throws(StoreError) in
                    try snapshot.readableTasks(part)
                }
                if !damaged.isEmpty { log(.error, "tasks cannot be read", ["faults": "\(damaged)"]) }
                requests += tasks.filter { $0.state.name == .pending }.map { TaskStartRequest($0) }
                    .filter { $0.invalidity == nil }
            } catch { log(.error, "tasks to auction were not read", ["error": "\(error)"]) }
        }
        return requests
    }

    /// What of these still waits, read as of one commit.
    func admit(_ items: [AuctionItem]) async -> Admitted {
        guard !items.isEmpty else { return Admitted() }
        do throws(StoreError) {
            return try await store.read { (snapshot) throws(StoreError) in
                let policy = AdmissionPolicy(flags: try snapshot.featureFlags())
                var admitted = Admitted()
                for item in items { try admitted.add(item, policy, snapshot) }
                return admitted
            }
        } catch {
            log(.error, "instances to auction were not read", ["error": "\(error)"])
            return Admitted()
        }
    }

    /// Desired LRPs or tasks that are read at once.
    private static let readLimit = 1_000
}

extension Auctioneer.Admitted {
    fileprivate mutating func add(
        _ item: AuctionItem,
        _ policy: AdmissionPolicy,
        _ snapshot: StoreSnapshot
    ) throws(StoreError) {
        switch item.work {
        case .lrp(let lrp):
            guard try snapshot.isWaiting(lrp.key) else { return }
            guard let refusal = policy.refusal(of: lrp.rootFS) else { return items.append(item) }
            notAdmitted.instances.append(
                RefusedInstance(key: lrp.key, placementError: refusal.placementError)
            )
        case .task(let task):
            guard let seen = try snapshot.waitingTask(task.guid) else { return }
            guard let refusal = policy.refusal(of: task.rootFS) else { return items.append(item) }
            notAdmitted.tasks.append(RefusedTask(task: seen, reason: refusal.placementError))
        }
    }
}

extension StoreSnapshot {
    fileprivate func isWaiting(_ key: ActualLRPKey) throws(StoreError) -> Bool {
        do throws(StoreError) { return try actualLRP(key).state == .unclaimed } catch {
            switch error {
            // Convergence tells of what cannot be read.
            case .notFound, .damaged: return false
            default: throw error
            }
        }
    }

    fileprivate func waitingTask(_ guid: TaskGUID) throws(StoreError) -> SeenTask? {
        do throws(StoreError) {
            let task = try task(guid)
            return task.state.name == .pending ? SeenTask(guid: task.guid, updatedAt: task.updatedAt) : nil
        } catch {
            switch error {
            case .notFound, .damaged: return nil
            default: throw error
            }
        }
    }
}

extension TaskStartRequest {
    fileprivate init(_ task: MartletTask) {
        self.init(
            CellTask(
                guid: task.guid,
                domain: task.domain,
                memoryMB: task.definition.memoryMB,
                diskMB: task.definition.diskMB,
                maxPIDs: task.definition.maxPIDs,
                rootFS: task.definition.rootFS,
                placementTags: task.definition.placementTags,
                volumeDrivers: task.definition.volumeMounts.map(\.driver)
            )
        )
    }
}
