public import MartletModels
import MartletSQL

/// Why a verb did nothing. Whatever the case, nothing of the verb has been kept.
public enum StoreError: Error, Hashable, Sendable {
    /// The text names what is missing, for example `actual LRP app/0`.
    case notFound(String)
    case alreadyExists(String)
    /// The record's own rules stand in the way.
    case refused(TransitionError)
    /// The same of a task.
    case refusedTask(TaskTransitionError)
    case invalid(ValidationError)
    /// Another process holds the database.
    case busy
    /// No room on the disk, or below the limit that the database has been given; the text says what to do.
    case full(String)
    /// A record that cannot be read; the text says which and why. It concerns that record alone, and stays so until
    /// the record is written anew.
    case damaged(String)
    /// A failing disk, a file of another program: somebody has to look at it.
    case broken(String)

    /// Whether the text may leave the server; of the rest a client learns only that it failed.
    public var isVisibleToClients: Bool {
        switch self {
        case .notFound, .alreadyExists, .refused, .refusedTask, .invalid: true
        case .busy, .full, .damaged, .broken: false
        }
    }

    /// Whether an operator has to act.
    public var needsOperator: Bool {
        switch self {
        case .full, .damaged, .broken: true
        case .notFound, .alreadyExists, .refused, .refusedTask, .invalid, .busy: false
        }
    }

    init(_ error: SQLError) {
        if error.isBusy {
            self = .busy
        } else if error.isFull {
            self = .full("\(error.message): free space on the database's disk, or raise the limit of its size")
        } else {
            self = .broken(error.description)
        }
    }
}

/// Turns SQLite's refusals into the store's.
func storing<R>(_ body: () throws(SQLError) -> R) throws(StoreError) -> R {
    do throws(SQLError) { return try body() } catch { throw StoreError(error) }
}

/// Turns the rules of a message into the store's error.
func validating(_ body: () throws(ValidationError) -> Void) throws(StoreError) {
    do throws(ValidationError) { try body() } catch { throw .invalid(error) }
}
