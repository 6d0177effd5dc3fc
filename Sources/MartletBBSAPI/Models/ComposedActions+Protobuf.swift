public import MartletModels
public import MartletProtobuf

extension TimeoutAction: ProtobufMessage {
    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init(action: nil, timeoutMilliseconds: 0)
        var inner = ProtobufSubmessage()
        while let field = try reader.nextField() {
            switch field.number {
            case 1: try inner.add(field)
            case 3: logSource = try field.string
            case 4: timeoutMilliseconds = try field.int64
            default: field.keep(in: &unknownFields.bytes)
            }
        }
        action = try inner.decoded(as: ActionWrapper.self)?.action
    }

    public func write(to writer: inout ProtobufWriter) {
        let start = writer.position
        writer.message(1, action)
        writer.string(3, logSource)
        writer.int64(4, timeoutMilliseconds)
        writer.merge(unknown: unknownFields.bytes, since: start)
    }
}

extension EmitProgressAction: ProtobufMessage {
    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init(action: nil)
        var inner = ProtobufSubmessage()
        while let field = try reader.nextField() {
            switch field.number {
            case 1: try inner.add(field)
            case 2: startMessage = try field.text
            case 3: successMessage = try field.text
            case 4: failureMessagePrefix = try field.text
            case 5: logSource = try field.string
            default: field.keep(in: &unknownFields.bytes)
            }
        }
        action = try inner.decoded(as: ActionWrapper.self)?.action
    }

    public func write(to writer: inout ProtobufWriter) {
        let start = writer.position
        writer.message(1, action)
        writer.string(2, startMessage)
        writer.string(3, successMessage)
        writer.string(4, failureMessagePrefix)
        writer.string(5, logSource)
        writer.merge(unknown: unknownFields.bytes, since: start)
    }
}

extension TryAction: ProtobufMessage {
    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init(action: nil)
        var inner = ProtobufSubmessage()
        while let field = try reader.nextField() {
            switch field.number {
            case 1: try inner.add(field)
            case 2: logSource = try field.string
            default: field.keep(in: &unknownFields.bytes)
            }
        }
        action = try inner.decoded(as: ActionWrapper.self)?.action
    }

    public func write(to writer: inout ProtobufWriter) {
        let start = writer.position
        writer.message(1, action)
        writer.string(2, logSource)
        writer.merge(unknown: unknownFields.bytes, since: start)
    }
}

extension ActionGroup: ProtobufMessage {
    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        self.init([])
        while let field = try reader.nextField() {
            switch field.number {
            case 1: actions.append(try field.message(ActionWrapper.self).action)
            case 2: logSource = try field.string
            default: field.keep(in: &unknownFields.bytes)
            }
        }
    }

    public func write(to writer: inout ProtobufWriter) {
        let start = writer.position
        writer.messages(1, actions.map(ActionWrapper.init))
        writer.string(2, logSource)
        writer.merge(unknown: unknownFields.bytes, since: start)
    }
}
