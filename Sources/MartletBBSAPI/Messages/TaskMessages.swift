public import MartletModels
public import MartletProtobuf

public typealias TasksResponse = ListResponse<MartletTask>
public typealias TaskResponse = ItemResponse<MartletTask>

/// Asks for a new task.
public struct DesireTaskRequest: BBSRequest {
    public var definition: TaskDefinition?
    public var guid: TaskGUID
    public var domain: DomainName

    public init(_ guid: TaskGUID, domain: DomainName, definition: TaskDefinition?) {
        (self.guid, self.domain, self.definition) = (guid, domain, definition)
    }

    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init(TaskGUID(""), domain: DomainName(""), definition: nil)
        var definition = ProtobufSubmessage()
        while let field = try reader.nextField() {
            switch field.number {
            case 1: try definition.add(field)
            case 2: guid = TaskGUID(try field.string)
            case 3: domain = DomainName(try field.string)
            default: continue
            }
        }
        self.definition = try definition.decoded()
    }

    public func write(to writer: inout ProtobufWriter) {
        writer.message(1, definition)
        writer.string(2, guid.rawValue)
        writer.string(3, domain.rawValue)
    }

    public func validate() throws(ValidationError) {
        var error = ValidationError()
        error.check(guid.matchesGUIDPattern, "task_guid")
        error.check(!domain.isEmpty, "domain")
        error.require(definition, "task_definition") { (part) throws(ValidationError) in try part.validate() }
        try error.throwIfAny()
    }
}

/// Names one task: to read it (`tasks/get_by_task_guid`), cancel it, take its outcome (`tasks/resolving`), delete it.
public struct TaskGUIDRequest: BBSRequest {
    public var guid: TaskGUID

    public init(_ guid: TaskGUID) { self.guid = guid }

    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        guid = TaskGUID("")
        while let field = try reader.nextField() {
            if field.number == 1 { guid = TaskGUID(try field.string) }
        }
    }

    public func write(to writer: inout ProtobufWriter) { writer.string(1, guid.rawValue) }

    public func validate() throws(ValidationError) {
        if guid.isEmpty { throw ValidationError(invalid: "task_guid") }
    }
}

/// Which tasks to list; what is empty does not filter, and filters add up.
public struct TasksRequest: BBSRequest {
    public var domain: DomainName
    public var cellID: CellID

    public init(domain: DomainName = DomainName(""), cellID: CellID = CellID("")) {
        (self.domain, self.cellID) = (domain, cellID)
    }

    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init()
        while let field = try reader.nextField() {
            switch field.number {
            case 1: domain = DomainName(try field.string)
            case 2: cellID = CellID(try field.string)
            default: continue
            }
        }
    }

    public func write(to writer: inout ProtobufWriter) {
        writer.string(1, domain.rawValue)
        writer.string(2, cellID.rawValue)
    }
}
