import MartletModels

extension CellState {
    /// Everything that speaks against placing `work` here now, every dimension, not only the first.
    func problems(with work: CellLRP) -> [PlacementProblem] {
        (evacuating ? [.evacuating] : []) + constraintProblems(with: work) + resourceProblems(with: work)
    }

    /// What the cell is, as against what it has left (section 1.7, cell filter).
    func constraintProblems(with work: CellLRP) -> [PlacementProblem] {
        var problems: [PlacementProblem] = []
        if !rootFSProviders.contains(where: { $0.provides(work.rootFS) }) {
            problems.append(.rootFS(wanted: work.rootFS, provided: rootFSProviders))
        }
        let drivers = Set(work.volumeDrivers).subtracting(volumeDrivers)
        if !drivers.isEmpty { problems.append(.volumeDrivers(missing: drivers.sorted())) }
        let (desired, required) = (Set(work.placementTags), Set(placementTags))
        let missing = desired.subtracting(required).subtracting(optionalPlacementTags)
        let notAskedFor = required.subtracting(desired)
        if !missing.isEmpty || !notAskedFor.isEmpty {
            problems.append(.placementTags(missing: missing.sorted(), notAskedFor: notAskedFor.sorted()))
        }
        return problems
    }

    func resourceProblems(with work: CellLRP) -> [PlacementProblem] {
        var problems: [PlacementProblem] = []
        if available.diskMB < work.diskMB {
            problems.append(.disk(needed: work.diskMB, available: available.diskMB))
        }
        if available.memoryMB < work.memoryMB {
            problems.append(.memory(needed: work.memoryMB, available: available.memoryMB))
        }
        if available.containers < 1 { problems.append(.containers(available: available.containers)) }
        if total.memoryMB <= 0 || total.diskMB <= 0 || total.containers <= 0 { problems.append(.noCapacity(total)) }
        return problems
    }
}

/// The placement error of section 1.8.
///
/// The furthest stage that any cell reached decides. The reference lets a later zone overwrite it with a less
/// specific one, which made its text depend on the order of a map.
func refusalText(for work: CellLRP, verdicts: [CellVerdict]) -> String {
    let stages = verdicts.compactMap { verdict in verdict.problems.map(\.stage).min() }
    switch stages.max() ?? .unavailable {
    case .unavailable: return "unable to communicate to compatible cells"
    case .rootFS: return "found no compatible cell for required rootfs"
    case .volumeDrivers: return "found no compatible cell with required volume drivers"
    case .placementTags: return tagText(work.placementTags)
    case .resources: return resourceText(verdicts)
    }
}

private func tagText(_ tags: [String]) -> String {
    let quoted = tags.map { "\"\($0)\"" }
    guard let last = quoted.last else { return "found no compatible cell with no placement tags" }
    guard quoted.count > 1 else { return "found no compatible cell with placement tag \(last)" }
    return "found no compatible cell with placement tags \(quoted.dropLast().joined(separator: ", ")) and \(last)"
}

/// Names only what every cell that fits otherwise is short of.
private func resourceText(_ verdicts: [CellVerdict]) -> String {
    let candidates = verdicts.filter { $0.problems.map(\.stage).min() == .resources }
    let common = candidates.map { Set($0.problems.compactMap(\.resourceName)) }
        .reduce(nil) { (all: Set<String>?, names) in all?.intersection(names) ?? names }
    guard let common, !common.isEmpty else { return "insufficient resources" }
    return "insufficient resources: \(common.sorted().joined(separator: ", "))"
}
