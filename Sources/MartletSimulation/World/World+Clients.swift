import MartletBBSAPI
import MartletHTTP
import MartletModels

/// What clients and operators ask for. What becomes of a call without an answer, the store tells.
extension World {
    func ask(_ action: Action) async {
        let (bbs, witness) = (makeBBSClient(caller: "client", client), Witness(world: self))
        let mark = witness.mark
        do {
            let answer: Answer?
            switch action {
            case .desire(let app, let instances):
                let desired = SimulatedApp.all[app].desired(instances: instances)
                try await bbs.desire(desired)
                answer = .desired(desired.processGUID)
            case .scale(let app, let instances):
                let guid = SimulatedApp.all[app].processGUID
                try await bbs.update(guid, DesiredLRPUpdate(instances: instances))
                answer = .scaled(guid, instances)
            case .remove(let app):
                try await bbs.removeDesiredLRP(SimulatedApp.all[app].processGUID)
                answer = .removed(SimulatedApp.all[app].processGUID)
            case .retire(let app, let index):
                let key = SimulatedApp.all[app].key(index)
                noteRetirement(key)
                try await bbs.retire(key)
                answer = .retired(key)
            case .freshen(let seconds):
                try await bbs.upsert(SimulatedApp.tidal, timeToLiveSeconds: UInt32(seconds))
                answer = .freshened(SimulatedApp.tidal)
            case .setFlag(let isOn):
                try await patchFlag(#"{"enabled":\#(isOn)}"#)
                answer = .flagSet(isOn)
            case .setMessage(let text):
                try await patchFlag(#"{"custom_error_message":\#(text.map { "\"\($0)\"" } ?? "null")}"#)
                answer = nil
            case .releaseBrake:
                try await sendToOperator(HTTPRequest(.post, "http://server/martlet/v1/convergence/release"))
                answer = .brakeReleased
            default: return
            }
            if let answer { witness.acknowledge(answer, since: mark) }
        } catch { note(error, of: action) }
    }

    func askForTasks(_ action: Action) async {
        let (bbs, witness) = (makeBBSClient(caller: "client", client), Witness(world: self))
        let mark = witness.mark
        do {
            switch action {
            case .desireTask(let task):
                try await bbs.desireTask(task.guid, domain: SimulatedTask.domain, task.definition)
                witness.acknowledge(.taskDesired(task.guid), since: mark)
            case .cancelTask(let number):
                let guid = SimulatedTask.guid(number)
                judging { judge, _ in judge.tasks.cancelled.insert(guid) }
                try await bbs.cancelTask(guid)
                witness.acknowledge(.taskCancelled(guid), since: mark)
            case .takeOutcomes(let forgets): try await takeOutcomes(bbs, witness, forgets: forgets)
            default: return
            }
        } catch { note(error, of: action) }
    }

    /// Of all tasks that have ended and have no callback.
    private func takeOutcomes(_ bbs: BBSClient, _ witness: Witness, forgets: Bool) async throws {
        for task in try await bbs.tasks() where task.definition.completionCallbackURL.isEmpty {
            guard case .completed = task.state else { continue }
            let taking = witness.mark
            do { try await bbs.resolvingTask(task.guid) } catch BBSClientError.bbs { continue }
            witness.acknowledge(.taskTaken(task.guid), since: taking)
            guard !forgets else { continue }
            judging { judge, _ in judge.tasks.deleted.insert(task.guid) }
            let deleting = witness.mark
            do { try await bbs.deleteTask(task.guid) } catch BBSClientError.bbs { continue }
            witness.acknowledge(.taskDeleted(task.guid), since: deleting)
        }
    }

    private func note(_ error: any Error, of action: Action) {
        trace.note("client") { "\(action): \(error)" }
        guard case .bbs(let refusal) = error as? BBSClientError, refusal.kind == .invalidRequest else { return }
        report(.acknowledged, "\(action) was called invalid: \(refusal)")
    }

    private func patchFlag(_ body: String) async throws(HTTPTransportError) {
        var request = HTTPRequest(.patch, "http://server/v3/feature_flags/diego_docker", body: Array(body.utf8))
        request.headers["Content-Type"] = "application/json"
        try await sendToOperator(request)
    }

    private func sendToOperator(_ request: HTTPRequest) async throws(HTTPTransportError) {
        let answer = try await transport("client") { $0.operator }.send(request, timeout: .seconds(10))
        if !answer.status.isSuccess { throw .invalidRequest("\(answer.status)") }
    }
}
