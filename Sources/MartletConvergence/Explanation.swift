public import MartletModels

/// Why something does not run, or that it does: what stands in the way first, with evidence and the next try.
public struct Explanation: Codable, Hashable, Sendable {
    /// As it was asked for.
    public var subject: String
    /// Desired instances that are running, over all process guids of the subject.
    public var running: Int
    /// Desired instances, over all process guids of the subject.
    public var desired: Int
    /// One for each instance, by process guid and index.
    public var instances: [InstanceExplanation]
    /// Facts about the whole: nothing is desired, no cell is alive.
    public var remarks: [String]

    /// The first thing that stands in the way of any instance; `nil` when all is well.
    public var firstBlocker: Finding? { instances.lazy.compactMap(\.findings.first).first }

    /// - Parameters:
    ///   - running: of `desired`, so at most as many.
    ///   - remarks: whole clauses without capitals and full stops.
    public init(subject: String, running: Int, desired: Int, instances: [InstanceExplanation], remarks: [String]) {
        self.subject = subject
        self.running = running
        self.desired = desired
        self.instances = instances
        self.remarks = remarks
    }
}

/// How one instance stands.
public struct InstanceExplanation: Codable, Hashable, Sendable {
    /// How people call it: app or process guid, `/`, index.
    public var name: String
    /// Of its desired LRP, which may be gone.
    public var processGUID: String
    /// From 0.
    public var index: Int
    /// `UNCLAIMED`, `CLAIMED`, `RUNNING`, `CRASHED`, `MISSING` when there is no record, or `DAMAGED` when one of
    /// its records cannot be read.
    public var state: String
    /// The cell that holds it.
    public var cell: String?
    /// When it came into its state, nanoseconds since 1970; `nil` without a record.
    public var sinceNanoseconds: Int64?
    /// What stands in the way, first blocker first; empty for an instance that runs.
    public var findings: [Finding]

    /// - Parameter record: the one that speaks for the instance; `nil` for a missing one.
    public init(_ key: ActualLRPKey, name: String, record: ActualLRP?, findings: [Finding]) {
        self.name = name
        processGUID = key.processGUID.rawValue
        index = key.index
        state = record?.state.name.rawValue ?? "MISSING"
        cell = record?.instanceKey?.cellID.rawValue
        sinceNanoseconds = record?.since.nanoseconds
        self.findings = findings
    }
}

/// One thing that stands in the way of an instance.
public struct Finding: Codable, Hashable, Sendable {
    /// In the order in which an instance meets them; the last is why one goes that runs.
    public enum Stage: String, Codable, Hashable, Sendable, CaseIterable {
        case record, flag, image, placement, cell, container, health, backOff = "back-off", desired
    }

    /// Where it stands on the way of an instance.
    public var stage: Stage
    /// What stands in the way: a clause without capital and full stop.
    public var text: String
    /// Facts that support it, for example the verdict on every cell.
    public var evidence: [String]
    /// When it will be tried again, nanoseconds since 1970; `nil` when only somebody's action changes it.
    public var nextTryNanoseconds: Int64?
    /// What somebody can do about it.
    public var remedy: String?

    /// - Parameters:
    ///   - nextTry: `nil` when only somebody's action changes it.
    ///   - remedy: a command or another thing to do; `nil` when waiting is enough.
    public init(
        _ stage: Stage,
        _ text: String,
        evidence: [String] = [],
        nextTry: Timestamp? = nil,
        remedy: String? = nil
    ) {
        self.stage = stage
        self.text = text
        self.evidence = evidence
        nextTryNanoseconds = nextTry?.nanoseconds
        self.remedy = remedy
    }
}
