import MartletConvergence
import MartletModels
import MartletStore

/// Why a task does not run.
extension OperatorHandlers {
    /// - Returns: `nil` when no task is called so.
    func explainTask(_ subject: String, at now: Timestamp) async throws(StoreError) -> Explanation? {
        let found = try await store.read { (snapshot) throws(StoreError) -> FoundTask in
            let policy = AdmissionPolicy(flags: try snapshot.featureFlags())
            do throws(StoreError) { return .found(try snapshot.task(TaskGUID(subject)), policy) } catch {
                switch error {
                case .notFound: return .missing
                case .damaged(let text): return .damaged(text)
                default: throw error
                }
            }
        }
        let (task, policy): (MartletTask, AdmissionPolicy)
        switch found {
        case .missing: return nil
        case .damaged(let text):
            let remark = "it is a task whose record cannot be read: \(text); nothing but stopping it can be done for it"
            return Explanation(subject: subject, running: 0, desired: 0, instances: [], remarks: [remark])
        case .found(let known, let rules): (task, policy) = (known, rules)
        }
        let isRunning = task.state.name == .running
        return Explanation(
            subject: subject,
            running: isRunning ? 1 : 0,
            desired: task.completion == nil ? 1 : 0,
            instances: [],
            remarks: task.remarks(policy, at: now)
        )
    }
}

private enum FoundTask: Sendable {
    case found(MartletTask, AdmissionPolicy)
    case missing
    case damaged(String)
}

extension MartletTask {
    fileprivate func remarks(_ policy: AdmissionPolicy, at now: Timestamp) -> [String] {
        let age = "\(max(0, updatedAt.duration(to: now).components.seconds)) s"
        switch state {
        case .pending:
            var remarks = ["it is a task and waits for a cell; its last change was \(age) ago"]
            if let refusal = policy.refusal(of: definition) {
                remarks.append(
                    "\(refusal.placementError); to change it: martlet feature-flags enable \(refusal.flag.rawValue)"
                )
            }
            if rejectionCount > 0 {
                remarks.append(
                    "it was rejected \(rejectionCount == 1 ? "once" : "\(rejectionCount) times, last"): \(rejectionReason)"
                )
            }
            return remarks
        case .running(let cell): return ["it is a task and has run on \(cell) for \(age)"]
        case .completed(let completion), .resolving(let completion):
            let outcome = completion.failed ? "has failed: \(completion.failureReason)" : "has succeeded"
            return ["it is a task and \(outcome); its outcome has waited to be taken for \(age)"]
        }
    }
}
