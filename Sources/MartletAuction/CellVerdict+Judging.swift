import MartletModels

extension CellState {
    /// Everything that speaks against this demand here now, every dimension, not only the first.
    func problems(with demand: Demand) -> [PlacementProblem] {
        (evacuating ? [.evacuating] : []) + constraintProblems(with: demand) + resourceProblems(with: demand)
    }

    /// What the cell is, as against what it has left (section 1.7, cell filter).
    func constraintProblems(with demand: Demand) -> [PlacementProblem] {
        var problems: [PlacementProblem] = []
        if !rootFSProviders.contains(where: { $0.provides(demand.rootFS) }) {
            problems.append(.rootFS(wanted: demand.rootFS, provided: rootFSProviders))
        }
        if !demand.volumeDrivers.isEmpty {
            let drivers = Set(demand.volumeDrivers).subtracting(volumeDrivers)
            if !drivers.isEmpty { problems.append(.volumeDrivers(missing: drivers.sorted())) }
        }
        if let problem = tagProblem(with: demand) { problems.append(problem) }
        return problems
    }

    private func tagProblem(with demand: Demand) -> PlacementProblem? {
        if demand.placementTags.isEmpty && placementTags.isEmpty { return nil }
        let (desired, required) = (Set(demand.placementTags), Set(placementTags))
        let missing = desired.subtracting(required).subtracting(optionalPlacementTags)
        let notAskedFor = required.subtracting(desired)
        guard !missing.isEmpty || !notAskedFor.isEmpty else { return nil }
        return .placementTags(missing: missing.sorted(), notAskedFor: notAskedFor.sorted())
    }

    func resourceProblems(with demand: Demand) -> [PlacementProblem] {
        var problems: [PlacementProblem] = []
        if available.diskMB < demand.diskMB {
            problems.append(.disk(needed: demand.diskMB, available: available.diskMB))
        }
        if available.memoryMB < demand.memoryMB {
            problems.append(.memory(needed: demand.memoryMB, available: available.memoryMB))
        }
        if available.containers < 1 { problems.append(.containers(available: available.containers)) }
        if !total.isComplete { problems.append(.noCapacity(total)) }
        return problems
    }
}

extension CellCapacity {
    /// Whether a load can be computed from it.
    var isComplete: Bool { memoryMB > 0 && diskMB > 0 && containers > 0 }
}
