import MartletModels

extension Explainer {
    func explain(_ key: ActualLRPKey, _ records: InstanceRecords) -> InstanceExplanation {
        let record = records.all.first
        let title = subject.title(key)
        if let damage = records.damage {
            var explanation = InstanceExplanation(key, name: title, record: record, findings: [Self.damaged(damage)])
            explanation.state = "DAMAGED"
            return explanation
        }
        var findings = admission(key, records)
        switch records.ordinary?.state {
        case nil, .unclaimed: findings += waiting(key, records)
        case .claimed: findings += holder(records.ordinary) + creating(records.ordinary)
        case .running: findings += holder(records.ordinary)
        case .crashed: findings += crashed(records.ordinary, isRefused: !findings.isEmpty)
        }
        if findings.isEmpty { findings += unwanted(key, records) }
        return InstanceExplanation(key, name: title, record: record, findings: findings)
    }

    private static func damaged(_ damage: String) -> Finding {
        Finding(
            .record,
            "its record in the database is damaged, so convergence leaves it alone",
            evidence: [damage],
            remedy: "put back a copy of the database from before the damage"
        )
    }

    /// Why something runs that nobody wants.
    private func unwanted(_ key: ActualLRPKey, _ records: InstanceRecords) -> [Finding] {
        let desired = snapshot.desired[key.processGUID]
        guard desired?.wants(key.id) != true, let holder = records.all.first?.instanceKey else { return [] }
        let text = desired.map(Self.wantedText) ?? "it is not desired"
        if let decision = records.stopDecision {
            return [
                Finding(
                    .desired,
                    text,
                    evidence: ["event \(decision) decided that it stops", "\(holder.cellID) is asked to stop it"]
                )
            ]
        }
        if desired == nil && !snapshot.freshDomains.contains(key.domain) {
            let wait = "it is stopped once the client of that domain has said all that it desires"
            return [Finding(.desired, "\(text), but its domain \(key.domain) is not fresh", evidence: [wait])]
        }
        guard let brake = snapshot.brake else {
            return [Finding(.desired, text, evidence: ["the next convergence pass stops it"])]
        }
        let remedy = "desire it again, or martlet convergence release"
        return [Finding(.desired, "\(text), but the brake is on", evidence: ["\(brake)"], remedy: remedy)]
    }

    private static func wantedText(_ desired: DesiredLRPSummary) -> String {
        switch desired.instances {
        case ...0: "no instances are desired"
        case 1: "only one instance is desired"
        default: "only \(desired.instances) instances are desired"
        }
    }

    private func admission(_ key: ActualLRPKey, _ records: InstanceRecords) -> [Finding] {
        let isDocker = snapshot.desired[key.processGUID]?.isDocker ?? records.isDocker
        guard let refusal = snapshot.policy.refusal(of: AdmissionSubject(isDocker: isDocker)) else { return [] }
        let image = rootFS[key.processGUID].map { ["its root file system is \($0)"] } ?? []
        let stopping = records.all.first?.instanceKey.map { ["\($0.cellID) is asked to stop it"] } ?? []
        return [
            Finding(
                .flag,
                refusal.placementError,
                evidence: image + stopping,
                remedy: "martlet feature-flags enable \(refusal.flag.rawValue)"
            )
        ]
    }

    private func waiting(_ key: ActualLRPKey, _ records: InstanceRecords) -> [Finding] {
        let record = records.ordinary
        var findings = record.map(creation) ?? []
        if let suspect = records.suspect, let holder = suspect.instanceKey {
            findings.append(
                Finding(.cell, "its cell \(holder.cellID) is lost", evidence: ["it may still run there, unseen"])
            )
        }
        let next = record.flatMap(dueTime) ?? snapshot.now
        if let evidence = evidence[key], record.map({ $0.placementError == evidence.text }) ?? false {
            let cells = evidence.cells.map { cell in
                "\(cell.cell): \(cell.problems.isEmpty ? "would fit" : cell.problems.joined(separator: "; "))"
            }
            // The beginning is that of Diego's placement errors.
            let isFull = evidence.text.hasPrefix("insufficient resources")
            let remedy = isFull ? "scale something down, or add a cell; martlet cells shows what is left" : nil
            findings.append(Finding(.placement, evidence.text, evidence: cells, nextTry: next, remedy: remedy))
        } else if let record, !record.placementError.isEmpty {
            if !AdmissionRefusal.isRefusal(record.placementError) {
                findings.append(Finding(.placement, record.placementError, nextTry: next))
            }
        } else if findings.isEmpty {
            findings.append(Finding(.placement, "it waits for a cell", nextTry: next))
        }
        return findings
    }

    private func holder(_ record: ActualLRP?) -> [Finding] {
        guard let holder = record?.instanceKey, !snapshot.liveCells.contains(holder.cellID) else { return [] }
        return [
            Finding(
                .cell,
                "its cell \(holder.cellID) is lost",
                evidence: ["a replacement is created by the next convergence pass"],
                nextTry: snapshot.now
            )
        ]
    }

    private func creating(_ record: ActualLRP?) -> [Finding] {
        guard let record, let holder = record.instanceKey else { return [] }
        let elapsed = "\(max(0, record.since.duration(to: snapshot.now).components.seconds)) s"
        let crash = record.crashCount > 0 ? ["crash number \(record.crashCount): \(record.crashReason)"] : []
        return [
            Finding(
                .health,
                "\(holder.cellID) is starting it: image, container, health check",
                evidence: ["\(elapsed) so far", "its log: journalctl MARTLET_INSTANCE_GUID=\(holder.instanceGUID)"]
                    + crash
            )
        ]
    }

    private func crashed(_ record: ActualLRP?, isRefused: Bool) -> [Finding] {
        guard let record else { return [] }
        let next = snapshot.rules.restart.restartTime(of: record)
        let count = record.crashCount == 1 ? "once" : "\(record.crashCount) times"
        let text =
            next == nil
            ? "it has crashed \(count) and is not restarted any more"
            : "it has crashed \(count) and waits before the next try"
        let earlier = creation(record)
        let finding = Finding(
            .backOff,
            text,
            evidence: earlier.isEmpty ? ["last: \(record.crashReason)"] : [],
            nextTry: isRefused ? nil : next,
            remedy: next == nil ? restart : nil
        )
        return earlier + [finding]
    }

    /// How to begin anew with the count of crashes.
    private var restart: String {
        guard let app = subject.app else { return "retire the instance through the BBS API, which makes a new one" }
        return "martlet scale \(app.name) -i 0, and back again"
    }

    /// A crash that happened before the app had its say: its image could not be had, or its container not made.
    private func creation(_ record: ActualLRP) -> [Finding] {
        let prefix = "failed to create container: "
        guard record.crashCount > 0, record.crashReason.hasPrefix(prefix) else { return [] }
        let reason = String(record.crashReason.dropFirst(prefix.count))
        let words = reason.lowercased()
        let isImage = ["image", "registry", "manifest", "layer"].contains { words.contains($0) }
        return [
            Finding(isImage ? .image : .container, reason, evidence: ["this was crash number \(record.crashCount)"])
        ]
    }

    private func dueTime(_ record: ActualLRP) -> Timestamp? {
        guard case .unclaimed = record.state else { return snapshot.rules.dueTime(of: record) }
        return snapshot.rules.staleTime(of: record, asked: snapshot.asked[record.key])
    }
}
