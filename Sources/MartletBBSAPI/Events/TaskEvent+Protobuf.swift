public import MartletModels
public import MartletProtobuf

/// One event of the task stream, as it is on the wire (sections 1.8.4 and 3.7).
extension TaskEvent {
    /// The event type of the stream's frame.
    public var name: String {
        switch self {
        case .taskCreated: "task_created"
        case .taskChanged: "task_changed"
        case .taskRemoved: "task_removed"
        }
    }

    /// The message of the stream's frame, before it becomes text.
    public func encoded() -> [UInt8] {
        var writer = ProtobufWriter()
        switch self {
        case .taskCreated(let task), .taskRemoved(let task): writer.message(1, task)
        case .taskChanged(let before, let after):
            writer.message(1, before)
            writer.message(2, after)
        }
        return writer.bytes
    }

    /// - Returns: `nil` for a name that is none of the stream's, or a message without its tasks.
    /// - Throws: when the bytes are no message.
    public static func decode(name: String, _ bytes: [UInt8]) throws(ProtobufError) -> TaskEvent? {
        var (first, second) = (ProtobufSubmessage(), ProtobufSubmessage())
        var reader = try ProtobufReader(bytes)
        while let field = try reader.nextField() {
            switch field.number {
            case 1: try first.add(field)
            case 2: try second.add(field)
            default: continue
            }
        }
        guard let task: MartletTask = try first.decoded() else { return nil }
        switch name {
        case "task_created": return .taskCreated(task)
        case "task_removed": return .taskRemoved(task)
        case "task_changed":
            guard let after: MartletTask = try second.decoded() else { return nil }
            return .taskChanged(before: task, after: after)
        default: return nil
        }
    }
}
