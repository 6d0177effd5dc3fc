public import MartletProtobuf

/// What the BBS answers. The outcome is in `error`: absent is success.
public protocol BBSResponse: ProtobufMessage, Hashable {
    var error: BBSError? { get }
    /// The answer that says only what went wrong.
    init(error: BBSError)
}

/// Of every route that changes something: success, or why not.
public struct LifecycleResponse: BBSResponse {
    public var error: BBSError?

    public init() {}
    public init(error: BBSError) { self.error = error }

    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        while let field = try reader.nextField() {
            if field.number == 1 { error = try field.message() }
        }
    }

    public func write(to writer: inout ProtobufWriter) { writer.message(1, error) }
}

/// One record, for example a desired LRP.
public struct ItemResponse<Item: ProtobufMessage & Hashable>: BBSResponse {
    public var error: BBSError?
    public var item: Item?

    public init(_ item: Item) { self.item = item }
    public init(error: BBSError) { self.error = error }

    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        var item = ProtobufSubmessage()
        while let field = try reader.nextField() {
            switch field.number {
            case 1: error = try field.message()
            case 2: try item.add(field)
            default: continue
            }
        }
        self.item = try item.decoded()
    }

    public func write(to writer: inout ProtobufWriter) {
        writer.message(1, error)
        writer.message(2, item)
    }
}

/// Records in an order that is not specified.
public struct ListResponse<Item: ProtobufMessage & Hashable>: BBSResponse {
    public var error: BBSError?
    public var items: [Item] = []

    public init(_ items: [Item]) { self.items = items }
    public init(error: BBSError) { self.error = error }

    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        while let field = try reader.nextField() {
            switch field.number {
            case 1: error = try field.message()
            case 2: items.append(try field.message())
            default: continue
            }
        }
    }

    public func write(to writer: inout ProtobufWriter) {
        writer.message(1, error)
        writer.messages(2, items)
    }

    /// The bytes of a successful answer with records that were encoded when they were stored.
    public static func encoded(stored items: some Sequence<[UInt8]>) -> [UInt8] {
        var writer = ProtobufWriter()
        for item in items { writer.bytes(2, present: item) }
        return writer.bytes
    }
}

/// Whether the BBS serves.
public struct PingResponse: BBSResponse {
    public var available: Bool

    public init(available: Bool) { self.available = available }
    public init(error: BBSError) { available = false }
    public var error: BBSError? { nil }

    public init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        available = false
        while let field = try reader.nextField() {
            if field.number == 1 { available = try field.bool }
        }
    }

    public func write(to writer: inout ProtobufWriter) { writer.bool(1, available) }
}
