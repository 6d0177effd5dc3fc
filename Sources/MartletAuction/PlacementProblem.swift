public import MartletModels

/// One reason why one cell cannot take an instance, with what is wanted and what is there.
public enum PlacementProblem: Hashable, Sendable {
    /// It did not say what it has; the text says why.
    case unreachable(String)
    case evacuating
    /// It cannot provide the root file system; `provided` are the schemes it can, with the names they are limited to.
    case rootFS(wanted: RootFS, provided: [RootFSProvider])
    case volumeDrivers(missing: [String])
    /// Tags asked for that the cell does not have, and tags of the cell that were not asked for.
    case placementTags(missing: [String], notAskedFor: [String])
    /// MiB.
    case memory(needed: Int, available: Int)
    /// MiB.
    case disk(needed: Int, available: Int)
    case containers(available: Int)
    /// One of its totals is 0, so its load has no meaning and it is never chosen.
    case noCapacity(CellCapacity)
    /// The auction gave it the instance, and the cell did not take it; its own books decide.
    case declined
}

extension PlacementProblem {
    /// How far the cell got before it failed; the further, the more useful its reason (section 1.7).
    var stage: Stage {
        switch self {
        case .unreachable, .evacuating: .unavailable
        case .rootFS: .rootFS
        case .volumeDrivers: .volumeDrivers
        case .placementTags: .placementTags
        case .memory, .disk, .containers, .noCapacity, .declined: .resources
        }
    }

    enum Stage: UInt8, Comparable {
        case unavailable, rootFS, volumeDrivers, placementTags, resources

        static func < (left: Stage, right: Stage) -> Bool { left.rawValue < right.rawValue }
    }
}

extension PlacementProblem: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreachable(let reason): "unreachable: \(reason)"
        case .evacuating: "is being evacuated"
        case .rootFS(let wanted, let provided): "cannot provide \(wanted), only \(Self.list(provided))"
        case .volumeDrivers(let missing): "has no volume driver \(missing.joined(separator: ", "))"
        case .placementTags(let missing, let extra): Self.tags(missing: missing, extra: extra)
        case .memory(let needed, let available): "memory: needs \(needed) MB, has \(available) MB"
        case .disk(let needed, let available): "disk: needs \(needed) MB, has \(available) MB"
        case .containers(let available): "containers: needs 1, has \(available)"
        case .declined: "declined the instance when it was asked to take it"
        case .noCapacity(let total):
            "has no capacity: \(total.memoryMB) MB memory, \(total.diskMB) MB disk, \(total.containers) containers"
        }
    }

    private static func list(_ providers: [RootFSProvider]) -> String {
        guard !providers.isEmpty else { return "nothing" }
        return providers.map { provider in
            provider.properties.isEmpty
                ? provider.name : "\(provider.name) (\(provider.properties.sorted().joined(separator: ", ")))"
        }.joined(separator: ", ")
    }

    private static func tags(missing: [String], extra: [String]) -> String {
        var parts: [String] = []
        if !missing.isEmpty { parts.append("lacks placement tag \(missing.joined(separator: ", "))") }
        if !extra.isEmpty { parts.append("is reserved for placement tag \(extra.joined(separator: ", "))") }
        return parts.joined(separator: "; ")
    }
}
