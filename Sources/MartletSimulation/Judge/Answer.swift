import MartletModels

/// A call that was answered with success, and so what must be in the store.
enum Answer: Hashable, Sendable {
    case desired(ProcessGUID)
    case scaled(ProcessGUID, Int)
    case removed(ProcessGUID)
    case retired(ActualLRPKey)
    case freshened(DomainName)
    case flagSet(Bool)
    case brakeReleased
    case claimed(ActualLRPInstanceKey)
    case started(ActualLRPInstanceKey)
    /// Its cell says that it has crashed, or wants its record to go.
    case letGo(ActualLRPInstanceKey)
    case taskDesired(TaskGUID)
    case taskCancelled(TaskGUID)
    case taskStarted(TaskGUID, CellID)
    case taskCompleted(TaskGUID, TaskEnding)
    case taskGivenBack(TaskGUID)
    case taskTaken(TaskGUID)
    case taskDeleted(TaskGUID)
}
