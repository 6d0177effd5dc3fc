public import MartletModels

extension AdmissionPolicy {
    /// Why a task may not run; `nil` when it may.
    public func refusal(of task: TaskDefinition) -> AdmissionRefusal? { refusal(of: task.rootFS) }

    /// The same of a task of which only this is known.
    func refusal(ofDocker isDocker: Bool) -> AdmissionRefusal? {
        refusal(of: AdmissionSubject(isDocker: isDocker))
    }
}
