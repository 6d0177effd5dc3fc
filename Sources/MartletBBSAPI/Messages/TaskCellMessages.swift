public import MartletModels
public import MartletProtobuf

/// A cell has taken a task and asks whether it should run it.
public struct StartTaskRequest: BBSRequest {
    public var guid: TaskGUID
    public var cellID: CellID

    public init(_ guid: TaskGUID, on cellID: CellID) { (self.guid, self.cellID) = (guid, cellID) }

    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init(TaskGUID(""), on: CellID(""))
        while let field = try reader.nextField() {
            switch field.number {
            case 1: guid = TaskGUID(try field.string)
            case 2: cellID = CellID(try field.string)
            default: continue
            }
        }
    }

    public func write(to writer: inout ProtobufWriter) {
        writer.string(1, guid.rawValue)
        writer.string(2, cellID.rawValue)
    }

    public func validate() throws(ValidationError) {
        var error = ValidationError()
        error.check(guid.matchesGUIDPattern, "task_guid")
        error.check(!cellID.isEmpty, "cell_id")
        try error.throwIfAny()
    }
}

/// Whether the cell should run the task; false when it has been told so before.
public struct StartTaskResponse: BBSResponse {
    public var error: BBSError?
    public var shouldStart = false

    public init(shouldStart: Bool) { self.shouldStart = shouldStart }
    public init(error: BBSError) { self.error = error }

    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        while let field = try reader.nextField() {
            switch field.number {
            case 1: error = try field.message()
            case 2: shouldStart = try field.bool
            default: continue
            }
        }
    }

    public func write(to writer: inout ProtobufWriter) {
        writer.message(1, error)
        writer.bool(2, shouldStart)
    }
}

/// A cell says how a task has ended.
public struct CompleteTaskRequest: BBSRequest {
    public var guid: TaskGUID
    public var cellID: CellID
    public var failed: Bool
    public var failureReason: String
    public var result: String

    public init(_ guid: TaskGUID, on cellID: CellID, failed: Bool, failureReason: String = "", result: String = "") {
        self.guid = guid
        self.cellID = cellID
        self.failed = failed
        self.failureReason = failureReason
        self.result = result
    }

    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init(TaskGUID(""), on: CellID(""), failed: false)
        while let field = try reader.nextField() {
            switch field.number {
            case 1: guid = TaskGUID(try field.string)
            case 2: cellID = CellID(try field.string)
            case 3: failed = try field.bool
            case 4: failureReason = try field.text
            case 5: result = try field.text
            default: continue
            }
        }
    }

    public func write(to writer: inout ProtobufWriter) {
        writer.string(1, guid.rawValue)
        writer.string(2, cellID.rawValue)
        writer.bool(3, failed)
        writer.string(4, failureReason)
        writer.string(5, result)
    }

    public func validate() throws(ValidationError) {
        var error = ValidationError()
        error.check(guid.matchesGUIDPattern, "task_guid")
        error.check(!cellID.isEmpty, "cell_id")
        try error.throwIfAny()
    }
}

/// Says that a task failed (`tasks/fail`) or was not taken (`tasks/reject`), and why.
public struct TaskReasonRequest: BBSRequest {
    public var guid: TaskGUID
    /// Never empty.
    public var reason: String

    public init(_ guid: TaskGUID, reason: String) { (self.guid, self.reason) = (guid, reason) }

    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init(TaskGUID(""), reason: "")
        while let field = try reader.nextField() {
            switch field.number {
            case 1: guid = TaskGUID(try field.string)
            case 2: reason = try field.text
            default: continue
            }
        }
    }

    public func write(to writer: inout ProtobufWriter) {
        writer.string(1, guid.rawValue)
        writer.string(2, reason)
    }

    /// A missing rejection reason is called a failure reason by the reference too.
    public func validate() throws(ValidationError) {
        var error = ValidationError()
        error.check(guid.matchesGUIDPattern, "task_guid")
        error.check(!reason.isEmpty, "failure_reason")
        try error.throwIfAny()
    }
}
