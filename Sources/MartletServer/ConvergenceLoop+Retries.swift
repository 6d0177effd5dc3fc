import MartletConvergence
import MartletModels

/// What could not be done, as when the disk is full, and when it is tried again: all of it in one pass, less and less
/// often while that is of no use.
extension ConvergenceLoop {
    /// Decides after a pass when to try again.
    func planRetry(after record: CycleRecord) {
        guard !record.done.failures.isEmpty || !retries.isEmpty else {
            retryAt = nil
            return retryPause.reset()
        }
        let now = clock.now
        // A pass over something else does not put off what is to be tried again.
        if !record.done.failures.isEmpty, retryAt.map({ $0 <= now }) ?? true { retryAt = now + retryPause.take() }
        if let retryAt { want(.retry, by: retryAt) }
    }

    /// What is tried again now; nothing while a pass is wanted for another reason and it is too early.
    func takeRetries() -> [CandidateSource] {
        guard let retryAt else { return [] }
        guard retryAt <= clock.now else {
            want(.retry, by: retryAt)
            return []
        }
        return retries.isEmpty ? [] : [.instances(retries.sorted())]
    }
}
