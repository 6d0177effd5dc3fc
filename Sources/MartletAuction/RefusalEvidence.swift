import MartletModels

/// Texts and verdicts of refusals, shared by all that are refused for the same reason.
struct RefusalEvidence: Sendable {
    private struct Key: Hashable {
        var demand: Int
        /// Empty unless a cell cannot provide it and so names it in its verdict.
        var rootFS: String
    }

    private let verdictLimit: Int
    private var verdicts: [Key: (version: Int, list: [CellVerdict])] = [:]
    /// Whether every cell can provide the root file system of a demand.
    private var provided: [Int: Bool] = [:]
    private var texts: [Int: (version: Int, text: String)] = [:]
    /// Verdicts handed out since `begin`, those that several refusals share counted once.
    private(set) var verdictCount = 0

    init(verdictLimit: Int) { self.verdictLimit = verdictLimit }

    /// What has been handed out before is somebody else's now.
    mutating func begin() {
        verdicts = [:]
        verdictCount = 0
    }

    /// As the cells stand. When the limit is reached, as they stood when the same was refused before: a cell that was
    /// too full then is so now. Nothing when that was not refused before.
    mutating func verdicts(
        on item: AuctionItem,
        _ demand: Demand,
        stages: [PlacementProblem.Stage?],
        _ table: CellTable
    ) -> [CellVerdict] {
        let key = Key(demand: item.demand, rootFS: isProvided(item.demand, stages) ? "" : item.rootFS.url)
        let known = verdicts[key]
        if let known, known.version == table.version { return known.list }
        guard verdictCount + table.verdictCount <= verdictLimit || verdictCount == 0 else { return known?.list ?? [] }
        var demand = demand
        demand.rootFS = item.rootFS
        let list = table.verdicts(on: demand)
        verdicts[key] = (table.version, list)
        verdictCount += list.count
        return list
    }

    private mutating func isProvided(_ demand: Int, _ stages: [PlacementProblem.Stage?]) -> Bool {
        if let known = provided[demand] { return known }
        let isProvided = !stages.contains(.rootFS)
        provided[demand] = isProvided
        return isProvided
    }

    /// The placement error of section 1.8.
    ///
    /// The furthest stage that any cell reached decides. The reference lets a later zone overwrite it with a less
    /// specific one, which made its text depend on the order of a map.
    mutating func text(
        of number: Int,
        _ demand: Demand,
        stages: [PlacementProblem.Stage?],
        _ table: CellTable
    ) -> String {
        if let known = texts[number], known.version == table.version { return known.text }
        let text = Self.text(demand, stages, table.rows)
        texts[number] = (table.version, text)
        return text
    }

    private static func text(_ demand: Demand, _ stages: [PlacementProblem.Stage?], _ rows: [CellRow]) -> String {
        var furthest = PlacementProblem.Stage.unavailable
        // What every cell that fits otherwise is short of.
        var common = Shortage.all
        for (position, row) in rows.enumerated() where row.isUsable {
            let stage = stages[position] ?? .resources
            furthest = max(furthest, stage)
            if stage == .resources { common.formIntersection(row.shortage(demand)) }
        }
        switch furthest {
        case .unavailable: return "unable to communicate to compatible cells"
        case .rootFS: return "found no compatible cell for required rootfs"
        case .volumeDrivers: return "found no compatible cell with required volume drivers"
        case .placementTags: return tagText(demand.placementTags)
        case .resources: return common.text
        }
    }

    private static func tagText(_ tags: [String]) -> String {
        let quoted = tags.map { "\"\($0)\"" }
        guard let last = quoted.last else { return "found no compatible cell with no placement tags" }
        guard quoted.count > 1 else { return "found no compatible cell with placement tag \(last)" }
        return "found no compatible cell with placement tags \(quoted.dropLast().joined(separator: ", ")) and \(last)"
    }
}

/// Resources that a cell is short of.
struct Shortage: OptionSet, Sendable {
    let rawValue: UInt8

    static let containers = Shortage(rawValue: 1)
    static let disk = Shortage(rawValue: 2)
    static let memory = Shortage(rawValue: 4)
    static let all: Shortage = [.containers, .disk, .memory]

    var text: String {
        let names = [(Shortage.containers, "containers"), (.disk, "disk"), (.memory, "memory")]
            .filter { contains($0.0) }.map(\.1)
        return names.isEmpty ? "insufficient resources" : "insufficient resources: \(names.joined(separator: ", "))"
    }
}

extension CellRow {
    func shortage(_ demand: Demand) -> Shortage {
        var shortage: Shortage = []
        if containers < 1 { shortage.insert(.containers) }
        if diskMB < demand.diskMB { shortage.insert(.disk) }
        if memoryMB < demand.memoryMB { shortage.insert(.memory) }
        return shortage
    }
}

extension AuctionItem {
    var rootFS: RootFS {
        switch work {
        case .lrp(let lrp): lrp.rootFS
        case .task(let task): task.rootFS
        }
    }
}
