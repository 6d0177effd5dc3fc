public import MartletModels
public import MartletProtobuf

extension MartletTask: ProtobufMessage {
    /// - Throws: `.invalidValue` for a state that does not exist.
    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        var wire = WireTask()
        try wire.read(&reader)
        guard let state = wire.stateName else { throw .invalidValue(field: 7) }
        self.init(
            restoring: wire.guid,
            domain: wire.domain,
            definition: try wire.definition.decoded() ?? TaskDefinition(rootFS: RootFS(""), action: nil),
            createdAt: wire.createdAt,
            updatedAt: wire.updatedAt,
            state: wire.state(state),
            rejectionCount: wire.rejectionCount,
            rejectionReason: wire.rejectionReason
        )
    }

    /// The definition is written even when empty: clients follow the pointer without looking.
    public func write(to writer: inout ProtobufWriter) {
        writer.message(1, definition)
        writer.string(2, guid.rawValue)
        writer.string(3, domain.rawValue)
        writer.int64(4, createdAt.nanoseconds)
        writer.int64(5, updatedAt.nanoseconds)
        writer.int64(6, completion?.at.nanoseconds ?? 0)
        writer.int32(7, state.name.rawValue)
        writer.string(8, cellID?.rawValue ?? "")
        writer.string(9, completion?.result ?? "")
        writer.bool(10, completion?.failed ?? false)
        writer.string(11, completion?.failureReason ?? "")
        writer.int32(12, Int32(clamping: rejectionCount))
        writer.string(13, rejectionReason)
    }
}

/// A task as it lies on the wire, where every field may occur in every state.
private struct WireTask {
    var definition = ProtobufSubmessage()
    var guid = TaskGUID("")
    var domain = DomainName("")
    var createdAt = Timestamp.epoch
    var updatedAt = Timestamp.epoch
    var stateName: MartletTask.StateName?
    var cellID: CellID?
    var completion = TaskCompletion(failed: false, failureReason: "", result: "", at: .epoch)
    var rejectionCount = 0
    var rejectionReason = ""

    mutating func read(_ reader: inout ProtobufReader) throws(ProtobufError) {
        while let field = try reader.nextField() {
            switch field.number {
            case 1: try definition.add(field)
            case 2: guid = TaskGUID(try field.string)
            case 3: domain = DomainName(try field.string)
            case 4: createdAt = Timestamp(nanoseconds: try field.int64)
            case 5: updatedAt = Timestamp(nanoseconds: try field.int64)
            case 6: completion.at = Timestamp(nanoseconds: try field.int64)
            case 7: stateName = MartletTask.StateName(rawValue: try field.int32)
            case 8:
                let text = try field.string
                cellID = text.isEmpty ? nil : CellID(text)
            case 9: completion.result = try field.text
            case 10: completion.failed = try field.bool
            case 11: completion.failureReason = try field.text
            case 12: rejectionCount = Int(try field.int32)
            case 13: rejectionReason = try field.text
            default: continue
            }
        }
    }

    func state(_ name: MartletTask.StateName) -> MartletTask.State {
        var completion = completion
        completion.keptCell = cellID
        return switch name {
        case .pending: .pending(rejectedBy: cellID)
        case .running: .running(cellID ?? CellID(""))
        case .completed: .completed(completion)
        case .resolving: .resolving(completion)
        }
    }
}
