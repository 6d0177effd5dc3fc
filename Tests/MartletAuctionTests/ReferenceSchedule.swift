import MartletModels

@testable import MartletAuction

/// The rules of section 1.7 as plainly as they can be written: every item looks at every cell.
///
/// What `Auction` decides must be the same; it only looks at fewer cells.
struct ReferenceSchedule {
    private(set) var result = AuctionResult()
    private var cells: [CellState]
    private let unreachable: [CellID: String]
    private let configuration: AuctionConfiguration
    private var inFlight: Int

    init(cells: [CellState], unreachable: [CellID: String], configuration: AuctionConfiguration) {
        self.cells = cells.sorted { $0.cellID < $1.cellID }
        self.unreachable = unreachable
        self.configuration = configuration
        inFlight = cells.filter { !$0.evacuating }.reduce(0) { $0 + $1.startingContainerCount }
    }

    mutating func run(_ requests: [LRPStartRequest], tasks: [TaskStartRequest]) {
        var seen: Set<ActualLRPKey> = []
        let lrps = requests.flatMap(\.work).filter { seen.insert($0.key).inserted }
            .sorted { ($0.key.index, -$0.memoryMB, $0.key) < ($1.key.index, -$1.memoryMB, $1.key) }
        for lrp in lrps where lrp.key.index == 0 { place(lrp) }
        var seenTasks: Set<TaskGUID> = []
        let tasks = tasks.map(\.work).filter { seenTasks.insert($0.guid).inserted }
        for task in tasks.sorted(by: { (-$0.memoryMB, $0.guid) < (-$1.memoryMB, $1.guid) }) { place(task) }
        for lrp in lrps where lrp.key.index > 0 { place(lrp) }
    }

    private mutating func place(_ lrp: CellLRP) {
        let request = LRPStartRequest(
            processGUID: lrp.key.processGUID,
            domain: lrp.key.domain,
            indices: [],
            memoryMB: lrp.memoryMB,
            diskMB: lrp.diskMB,
            rootFS: lrp.rootFS,
            placementTags: lrp.placementTags,
            volumeDrivers: lrp.volumeDrivers
        )
        let demand = Demand(request)
        if let (text, limit) = obstacle(demand, { winner(demand, process: lrp.key.processGUID) }) {
            result.refusals.append(
                PlacementRefusal(key: lrp.key, text: text, inFlightLimit: limit, verdicts: verdicts(on: demand))
            )
        } else if let cell = winner(demand, process: lrp.key.processGUID) {
            take(demand, on: cell)
            cells[cell].lrps.append(lrp)
            result.placements.append(Placement(cellID: cells[cell].cellID, work: lrp))
        }
    }

    private mutating func place(_ task: CellTask) {
        let demand = Demand(task)
        if let (text, limit) = obstacle(demand, { winner(demand, process: nil) }) {
            result.taskRefusals.append(
                TaskRefusal(guid: task.guid, text: text, inFlightLimit: limit, verdicts: verdicts(on: demand))
            )
        } else if let cell = winner(demand, process: nil) {
            take(demand, on: cell)
            cells[cell].tasks.append(task)
            result.taskPlacements.append(TaskPlacement(cellID: cells[cell].cellID, work: task))
        }
    }

    private func obstacle(
        _ demand: Demand,
        _ winner: () -> Int?
    ) -> (String, PlacementRefusal.InFlightLimit?)? {
        let maximum = configuration.startingContainerCountMaximum
        if maximum > 0 && inFlight >= maximum {
            let limit = PlacementRefusal.InFlightLimit(maximum: maximum, starting: inFlight)
            return ("waiting to start instance: reached in-flight start limit", limit)
        }
        return winner() == nil ? (refusalText(for: demand, verdicts(on: demand)), nil) : nil
    }

    private mutating func take(_ demand: Demand, on cell: Int) {
        cells[cell].available.memoryMB -= demand.memoryMB
        cells[cell].available.diskMB -= demand.diskMB
        cells[cell].available.containers -= 1
        cells[cell].startingContainerCount += 1
        inFlight += 1
    }

    private func winner(_ demand: Demand, process: ProcessGUID?) -> Int? {
        var zones: [String: Int] = [:]
        for cell in cells where !cell.evacuating { zones[cell.zone, default: 0] += instances(of: process, on: cell) }
        var best: (zone: Int, score: Double, position: Int)?
        for (position, cell) in cells.enumerated() where cell.problems(with: demand).isEmpty {
            let zone = process == nil ? 0 : zones[cell.zone, default: 0]
            let candidate = (zone, score(demand, process, cell), position)
            if best.map({ candidate < $0 }) ?? true { best = candidate }
        }
        return best?.position
    }

    private func instances(of process: ProcessGUID?, on cell: CellState) -> Int {
        cell.lrps.count { $0.key.processGUID == process }
    }

    private func score(_ demand: Demand, _ process: ProcessGUID?, _ cell: CellState) -> Double {
        let (left, total) = (cell.available, cell.total)
        let memory = 1 - Double(left.memoryMB - demand.memoryMB) / Double(total.memoryMB)
        let disk = 1 - Double(left.diskMB - demand.diskMB) / Double(total.diskMB)
        let containers = 1 - Double(left.containers - 1) / Double(total.containers)
        let own = (memory + disk + containers) / 3
        let starting = configuration.startingContainerWeight * Double(cell.startingContainerCount)
        let likes = process == nil ? cell.tasks.count : instances(of: process, on: cell)
        return ((own + starting) * 1_073_741_824).rounded() + 1_000 * 1_073_741_824 * Double(likes)
    }

    private func verdicts(on demand: Demand) -> [CellVerdict] {
        let judged = cells.map {
            CellVerdict(cellID: $0.cellID, zone: $0.zone, problems: $0.problems(with: demand))
        }
        let unheard = unreachable.map { CellVerdict(cellID: $0, zone: "", problems: [.unreachable($1)]) }
        return (judged + unheard).sorted { $0.cellID < $1.cellID }
    }

    /// From the verdicts, not from the numbers: the furthest stage of any cell, and what all of those there lack.
    private func refusalText(for demand: Demand, _ verdicts: [CellVerdict]) -> String {
        let stages = verdicts.compactMap { $0.problems.map(\.stage).min() }
        switch stages.max() ?? .unavailable {
        case .unavailable: return "unable to communicate to compatible cells"
        case .rootFS: return "found no compatible cell for required rootfs"
        case .volumeDrivers: return "found no compatible cell with required volume drivers"
        case .placementTags:
            let tags = demand.placementTags.map { "\"\($0)\"" }
            if tags.isEmpty { return "found no compatible cell with no placement tags" }
            if tags.count == 1 { return "found no compatible cell with placement tag \(tags[0])" }
            let first = tags.dropLast().joined(separator: ", ")
            return "found no compatible cell with placement tags \(first) and \(tags[tags.count - 1])"
        case .resources:
            let lacks = verdicts.filter { $0.problems.map(\.stage).min() == .resources }
                .map { Set($0.problems.compactMap(Self.name)) }
            let common = lacks.dropFirst().reduce(lacks.first ?? []) { $0.intersection($1) }
            return common.isEmpty
                ? "insufficient resources" : "insufficient resources: \(common.sorted().joined(separator: ", "))"
        }
    }

    private static func name(_ problem: PlacementProblem) -> String? {
        switch problem {
        case .memory: "memory"
        case .disk: "disk"
        case .containers: "containers"
        default: nil
        }
    }
}
