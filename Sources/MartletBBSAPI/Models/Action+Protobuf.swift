public import MartletModels
public import MartletProtobuf

/// The wrapper around an action: nothing, or one of nine kinds. If a client sets several, the lowest number counts.
struct ActionWrapper: ProtobufMessage {
    var action: Action?

    init(_ action: Action?) { self.action = action }

    init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        var kinds = [ProtobufSubmessage](repeating: ProtobufSubmessage(), count: 10)
        while let field = try reader.nextField() {
            if kinds.indices.contains(field.number) { try kinds[field.number].add(field) }
        }
        if let download = try kinds[1].decoded(as: DownloadMessage.self) {
            action = .download(download.action)
        } else if let upload = try kinds[2].decoded(as: UploadMessage.self) {
            action = .upload(upload.action)
        } else if let run = try kinds[3].decoded(as: RunAction.self) {
            action = .run(run)
        } else {
            action = try Self.composed(kinds)
        }
    }

    private static func composed(_ kinds: [ProtobufSubmessage]) throws(ProtobufError) -> Action? {
        if let timeout = try kinds[4].decoded(as: TimeoutAction.self) { return .timeout(timeout) }
        if let progress = try kinds[5].decoded(as: EmitProgressAction.self) { return .emitProgress(progress) }
        if let attempt = try kinds[6].decoded(as: TryAction.self) { return .try(attempt) }
        if let group = try kinds[7].decoded(as: ActionGroup.self) { return .parallel(group) }
        if let group = try kinds[8].decoded(as: ActionGroup.self) { return .serial(group) }
        if let group = try kinds[9].decoded(as: ActionGroup.self) { return .codependent(group) }
        return nil
    }

    func write(to writer: inout ProtobufWriter) {
        switch action {
        case .download(let download): writer.bytes(1, present: download.message.bytes)
        case .upload(let upload): writer.bytes(2, present: upload.message.bytes)
        case .run(let run): writer.message(3, run)
        case .timeout(let timeout): writer.message(4, timeout)
        case .emitProgress(let progress): writer.message(5, progress)
        case .try(let attempt): writer.message(6, attempt)
        case .parallel(let group): writer.message(7, group)
        case .serial(let group): writer.message(8, group)
        case .codependent(let group): writer.message(9, group)
        case nil: return
        }
    }
}

extension Action: ProtobufMessage {
    /// An action by itself. A wrapper in which nothing is set becomes an action that validation refuses with the text
    /// that Diego has for it (`inner-action`), because a step that does nothing was surely not meant.
    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self = try ActionWrapper(reading: &reader).action ?? .serial(ActionGroup([nil]))
    }

    public func write(to writer: inout ProtobufWriter) { ActionWrapper(self).write(to: &writer) }
}

/// A download as far as validation looks at it; the whole message is kept beside.
private struct DownloadMessage: ProtobufMessage {
    var action: OpaqueAction

    init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        action = OpaqueAction(from: "", to: "", user: "", message: UnknownFields(bytes: reader.remainder))
        while let field = try reader.nextField() {
            switch field.number {
            case 2: action.from = try field.string
            case 3: action.to = try field.string
            case 6: action.user = try field.string
            default: continue
            }
        }
    }

    func write(to writer: inout ProtobufWriter) { writer.append(raw: action.message.bytes) }
}

/// An upload as far as validation looks at it; the whole message is kept beside.
private struct UploadMessage: ProtobufMessage {
    var action: OpaqueAction

    init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        action = OpaqueAction(from: "", to: "", user: "", message: UnknownFields(bytes: reader.remainder))
        while let field = try reader.nextField() {
            switch field.number {
            case 2: action.from = try field.string
            case 3: action.to = try field.string
            case 5: action.user = try field.string
            default: continue
            }
        }
    }

    func write(to writer: inout ProtobufWriter) { writer.append(raw: action.message.bytes) }
}
