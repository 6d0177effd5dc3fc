public import MartletModels

/// Says why what `subject` names runs or does not: flag, image, placement, cell, container, health and back-off, in the
/// order in which an instance meets them.
///
/// - Parameters:
///   - subject: a process guid, `guid/index`, an instance guid, or the guid of an app, whose process guids are
///     `guid-version`.
///   - evidence: what the last auction of each key found.
/// - Returns: `nil` when nothing of that name is desired or runs.
public func explain(
    _ subject: String,
    in snapshot: ConvergenceSnapshot,
    evidence: [ActualLRPKey: PlacementEvidence] = [:]
) -> Explanation? {
    let explainer = Explainer(snapshot: snapshot, evidence: evidence)
    let keys = explainer.keys(of: subject)
    guard !keys.isEmpty || snapshot.desired.contains(where: { $0.isNamed(subject) }) else { return nil }
    return explainer.explanation(of: subject, keys: keys)
}

struct Explainer {
    let snapshot: ConvergenceSnapshot
    let evidence: [ActualLRPKey: PlacementEvidence]

    /// Instances that are desired or exist, by key.
    func keys(of subject: String) -> [ActualLRPKey] {
        let (name, index) = Self.split(subject)
        let desired = snapshot.desired.filter { $0.isNamed(name) }
        let wanted = desired.flatMap { info in
            (0..<max(0, info.instances)).map {
                ActualLRPKey(processGUID: info.processGUID, index: $0, domain: info.domain)
            }
        }
        let existing = snapshot.actual.filter { record in
            record.key.processGUID.isNamed(name)
                || record.instanceKey?.instanceGUID.rawValue == subject
        }.map(\.key)
        return Set(wanted + existing).filter { index == nil || $0.index == index }.sorted()
    }

    func explanation(of subject: String, keys: [ActualLRPKey]) -> Explanation {
        let infos = Dictionary(snapshot.desired.map { ($0.processGUID, $0) }) { first, _ in first }
        let records = Dictionary(snapshot.actual.map { ($0.key, [$0]) }) { $0 + $1 }
        let instances = keys.map { key in
            explain(key, info: infos[key.processGUID], records: KeyRecords(records[key] ?? []))
        }
        let wanted = keys.filter { key in infos[key.processGUID].map { key.index < $0.instances } ?? false }
        let running = wanted.count { key in
            (records[key] ?? []).contains { $0.state.name == .running && $0.presence != .suspect }
        }
        let isDesired =
            keys.contains { infos[$0.processGUID] != nil } || snapshot.desired.contains { $0.isNamed(subject) }
        return Explanation(
            subject: subject,
            running: running,
            desired: wanted.count,
            instances: instances,
            remarks: remarks(wanted: wanted.count, isDesired: isDesired)
        )
    }

    private func remarks(wanted: Int, isDesired: Bool) -> [String] {
        var remarks: [String] = []
        if wanted == 0 { remarks.append(isDesired ? "no instances are desired" : "it is not desired any more") }
        if snapshot.liveCells.isEmpty { remarks.append("no cell is alive") }
        if let braked = converge(snapshot).braked { remarks.append("the brake is on: \(braked)") }
        return remarks
    }

    /// `guid/3` is instance 3 of `guid`.
    private static func split(_ subject: String) -> (name: String, index: Int?) {
        guard let slash = subject.lastIndex(of: "/"), let index = Int(subject[subject.index(after: slash)...]) else {
            return (subject, nil)
        }
        return (String(subject[..<slash]), index)
    }
}

extension DesiredLRPSchedulingInfo {
    func isNamed(_ name: String) -> Bool { processGUID.isNamed(name) }
}

extension ProcessGUID {
    /// The guid itself, or the guid of the app whose process it is.
    func isNamed(_ name: String) -> Bool { rawValue == name || (!name.isEmpty && rawValue.hasPrefix(name + "-")) }
}

extension KeyRecords {
    init(_ records: [ActualLRP]) {
        self.init()
        for record in records {
            switch record.presence {
            case .ordinary: ordinary = record
            case .evacuating: evacuating = record
            case .suspect: suspect = record
            }
        }
    }
}
