import MartletModels

/// The distinct demands of an auction, by number.
///
/// Root file systems of which no cell limits the scheme are the same to placement, so that a thousand images that
/// want the same resources are one demand.
struct DemandTable: Sendable {
    private(set) var demands: [Demand] = []
    /// For each demand the number of its constraints: all of it but the amounts.
    private(set) var constraints: [Int] = []
    /// One demand of each set of constraints.
    private(set) var constraintDemands: [Demand] = []
    private var numbers: [Demand: Int] = [:]
    private var constraintNumbers: [Demand: Int] = [:]
    /// Schemes that some cell offers only under certain names.
    private let limitedSchemes: Set<String>
    private var schemes: [Substring: String?] = [:]

    init(cells: [CellState]) {
        limitedSchemes = Set(cells.lazy.flatMap(\.rootFSProviders).filter { !$0.properties.isEmpty }.map(\.name))
    }

    mutating func number(of demand: Demand) -> Int {
        var demand = demand
        demand.rootFS = kind(of: demand.rootFS)
        if let number = numbers[demand] { return number }
        var constraint = demand
        (constraint.memoryMB, constraint.diskMB) = (0, 0)
        let constraintNumber = constraintNumbers[constraint] ?? constraintDemands.count
        if constraintNumber == constraintDemands.count {
            constraintNumbers[constraint] = constraintNumber
            constraintDemands.append(constraint)
        }
        numbers[demand] = demands.count
        demands.append(demand)
        constraints.append(constraintNumber)
        return demands.count - 1
    }

    /// A root file system that fits the same cells.
    private mutating func kind(of rootFS: RootFS) -> RootFS {
        let prefix = rootFS.url.prefix { $0 != ":" }
        guard let scheme = scheme(prefix, rootFS) else { return RootFS("") }
        return limitedSchemes.contains(scheme) ? rootFS : RootFS("\(scheme):")
    }

    private mutating func scheme(_ prefix: Substring, _ rootFS: RootFS) -> String? {
        if let known = schemes[prefix] { return known }
        let scheme = rootFS.scheme
        schemes[Substring(String(prefix))] = .some(scheme)
        return scheme
    }
}
