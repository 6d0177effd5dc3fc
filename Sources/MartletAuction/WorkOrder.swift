public import MartletModels

/// One instance or task whose turn has come.
public struct AuctionItem: Hashable, Sendable {
    public enum Work: Hashable, Sendable {
        case lrp(CellLRP)
        case task(CellTask)
    }

    public var work: Work
    /// Of an instance, the number of its process in this auction.
    let process: Int
    /// The number of what it asks for.
    let demand: Int
}

/// Everything that is to be auctioned, in the order of section 1.7: index 0 of every process, then tasks, then all
/// other instances; among equals, large ones first.
struct WorkOrder: Sendable {
    private struct Turn: Comparable, Sendable {
        var index: Int
        /// The position of its request, large ones first.
        var request: Int32

        static func < (left: Turn, right: Turn) -> Bool { (left.index, left.request) < (right.index, right.request) }
    }

    private let requests: [LRPStartRequest]
    private let requestProcesses: [Int]
    private let requestDemands: [Int]
    private let turns: [Turn]
    /// How many of `turns` come before the tasks.
    private let firstTurns: Int
    private let tasks: [CellTask]
    private let taskDemands: [Int]
    /// The number of each process.
    let processes: [ProcessGUID: Int]
    private var next = 0

    var count: Int { turns.count + tasks.count }

    init(_ requests: [LRPStartRequest], tasks: [TaskStartRequest], demands: inout DemandTable) {
        let ranked = requests.indices.sorted { left, right in
            let (first, second) = (requests[left], requests[right])
            guard first.memoryMB == second.memoryMB else { return first.memoryMB > second.memoryMB }
            return (first.processGUID, first.domain, left) < (second.processGUID, second.domain, right)
        }
        self.requests = ranked.map { requests[$0] }
        var processes: [ProcessGUID: Int] = [:]
        var numbers: [Int] = []
        for request in self.requests {
            let number = processes[request.processGUID] ?? processes.count
            processes[request.processGUID] = number
            numbers.append(number)
        }
        self.processes = processes
        requestProcesses = numbers
        requestDemands = self.requests.map { demands.number(of: Demand($0)) }
        turns = Self.turns(of: requests, ranked, isEachProcessOnce: processes.count == requests.count)
        firstTurns = turns.firstIndex { $0.index > 0 } ?? turns.count
        var seen: Set<TaskGUID> = []
        self.tasks = tasks.map(\.work).filter { seen.insert($0.guid).inserted }
            .sorted { ($1.memoryMB, $0.guid) < ($0.memoryMB, $1.guid) }
        taskDemands = self.tasks.map { demands.number(of: Demand($0)) }
    }

    /// Distinct instances; the first request that names one counts.
    private static func turns(of requests: [LRPStartRequest], _ ranked: [Int], isEachProcessOnce: Bool) -> [Turn] {
        var ranks = Array(repeating: Int32(0), count: requests.count)
        for (rank, position) in ranked.enumerated() { ranks[position] = Int32(rank) }
        var turns: [Turn] = []
        turns.reserveCapacity(requests.reduce(0) { $0 + $1.indices.count })
        var seen: Set<ActualLRPKey> = []
        for (position, request) in requests.enumerated() {
            let isDistinct =
                isEachProcessOnce && zip(request.indices, request.indices.dropFirst()).allSatisfy { $0 < $1 }
            for index in request.indices where isDistinct || seen.insert(request.key(index)).inserted {
                turns.append(Turn(index: index, request: ranks[position]))
            }
        }
        return turns.sorted()
    }

    /// The next ones that have not had their turn, at most `limit`; none when all have.
    mutating func take(_ limit: Int) -> [AuctionItem] {
        let range = next..<(next + min(limit, count - next))
        next = range.upperBound
        return range.map { position in
            switch position {
            case ..<firstTurns: item(turns[position])
            case ..<(firstTurns + tasks.count): item(task: position - firstTurns)
            default: item(turns[position - tasks.count])
            }
        }
    }

    private func item(_ turn: Turn) -> AuctionItem {
        let request = Int(turn.request)
        return AuctionItem(
            work: .lrp(requests[request].work(turn.index)),
            process: requestProcesses[request],
            demand: requestDemands[request]
        )
    }

    private func item(task: Int) -> AuctionItem {
        AuctionItem(work: .task(tasks[task]), process: -1, demand: taskDemands[task])
    }
}
