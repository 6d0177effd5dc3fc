public import MartletModels

/// Says why what `subject` names runs or does not: flag, image, placement, cell, container, health and back-off, in the
/// order in which an instance meets them.
///
/// - Parameters:
///   - subject: a process guid, an instance guid, the guid of an app, or the name of `app`; all but the instance guid
///     also with `/` and an index.
///   - app: the one that the subject names, so that the answer calls it by its name.
///   - snapshot: of all instances of the processes that the subject names.
///   - rootFS: of the desired ones among those.
///   - evidence: what the last auction of each key found.
/// - Returns: `nil` when nothing of that name is desired or runs, and no app has it.
public func explain(
    _ subject: String,
    app: NamedApp? = nil,
    in snapshot: ConvergenceSnapshot,
    rootFS: [ProcessGUID: RootFS] = [:],
    evidence: [ActualLRPKey: PlacementEvidence] = [:]
) -> Explanation? {
    let explainer = Explainer(
        subject: ExplainedSubject(subject, app: app),
        snapshot: snapshot,
        rootFS: rootFS,
        evidence: evidence
    )
    let keys = explainer.keys
    guard !keys.isEmpty || !explainer.desired.isEmpty || app != nil else { return nil }
    return explainer.explanation(of: keys)
}

struct Explainer {
    let subject: ExplainedSubject
    let snapshot: ConvergenceSnapshot
    let rootFS: [ProcessGUID: RootFS]
    let evidence: [ActualLRPKey: PlacementEvidence]

    var desired: [DesiredLRPSummary] { snapshot.desired.values.filter { subject.means($0.processGUID) } }

    /// Instances that are desired or exist, by key.
    var keys: [ActualLRPKey] {
        let wanted = desired.flatMap { desired in (0..<max(0, desired.instances)).map(desired.key) }
        let existing = snapshot.instances.filter { subject.means($0) }.compactMap { records in
            records.all.first?.key ?? records.damagedKey(desired: snapshot.desired[records.id.processGUID])
        }
        return Set(wanted + existing).filter { subject.index == nil || $0.index == subject.index }.sorted()
    }

    func explanation(of keys: [ActualLRPKey]) -> Explanation {
        let records = Dictionary(snapshot.instances.map { ($0.id, $0) }) { first, _ in first }
        let instances = keys.map { key in explain(key, records[key.id] ?? InstanceRecords(key.id)) }
        let wanted = keys.filter { key in snapshot.desired[key.processGUID]?.wants(key.id) ?? false }
        let running = wanted.count { key in
            (records[key.id]?.all ?? []).contains { $0.state.name == .running && $0.presence != .suspect }
        }
        return Explanation(
            subject: subject.text,
            running: running,
            desired: wanted.count,
            instances: instances,
            remarks: remarks(wanted: wanted.count, keys: keys)
        )
    }

    private func remarks(wanted: Int, keys: [ActualLRPKey]) -> [String] {
        var remarks: [String] = []
        let isDesired = keys.contains { snapshot.desired[$0.processGUID] != nil } || !desired.isEmpty
        if wanted == 0 { remarks.append(absence(isDesired: isDesired)) }
        if snapshot.liveCells.isEmpty { remarks.append("no cell is alive: start one with martlet cell") }
        return remarks
    }

    /// Why no instance is wanted.
    private func absence(isDesired: Bool) -> String {
        let count = desired.reduce(0) { $0 + max(0, $1.instances) }
        if let index = subject.index, count > 0 {
            let desired = count == 1 ? "only instance 0 is desired" : "instances 0 to \(count - 1) are desired"
            return "there is no instance \(index): \(desired)"
        }
        if isDesired { return "no instances are desired" }
        guard let app = subject.app else { return "it is not desired any more" }
        return "the app is there, but its desired LRP \(app.processGUID) is gone: push it again"
    }
}
