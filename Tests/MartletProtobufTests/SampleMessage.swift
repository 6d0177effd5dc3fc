import MartletProtobuf

/// One field of every kind, a map, a tree, and room for what it does not know.
struct SampleMessage: ProtobufMessage, Hashable {
    var name = ""
    var numbers: [UInt32] = []
    var signed: Int64 = 0
    var small: Int32 = 0
    var presence: Int32?
    var children: [SampleMessage] = []
    var child: [SampleMessage] = []
    var map: [String: [UInt8]] = [:]
    var fixed32: UInt32 = 0
    var fixed64: UInt64 = 0
    var flag = false
    var unknownFields: [UInt8] = []

    init() {}

    init(reading reader: inout ProtobufReader) throws(ProtobufError) {
        var single = ProtobufSubmessage()
        while let field = try reader.nextField() {
            switch field.number {
            case 1: name = try field.string
            case 2: try field.appendUInt32(to: &numbers)
            case 3: signed = try field.int64
            case 4: small = try field.int32
            case 5: presence = try field.int32
            case 6: children.append(try field.message())
            case 7: try single.add(field)
            case 9:
                let entry = try field.mapEntry(missing: []) { (field) throws(ProtobufError) in try field.bytes }
                map[entry.key] = entry.value
            case 10: fixed32 = try field.fixed32
            case 11: fixed64 = try field.fixed64
            case 12: flag = try field.bool
            default: field.keep(in: &unknownFields)
            }
        }
        child = try single.decoded(as: SampleMessage.self).map { [$0] } ?? []
    }

    func write(to writer: inout ProtobufWriter) {
        let start = writer.position
        writer.string(1, name)
        writer.uint32s(2, numbers)
        writer.int64(3, signed)
        writer.int32(4, small)
        writer.int32(5, present: presence)
        writer.messages(6, children)
        writer.message(7, child.first)
        writer.map(9, map) { writer, value in writer.bytes(2, present: value) }
        writer.fixed32(10, fixed32)
        writer.fixed64(11, fixed64)
        writer.bool(12, flag)
        writer.merge(unknown: unknownFields, since: start)
    }
}

extension SampleMessage {
    /// A message of random content, at most `depth` levels deep.
    static func random(depth: Int = 3, using generator: inout some RandomNumberGenerator) -> SampleMessage {
        var message = SampleMessage()
        let interesting: [Int64] = [0, 1, -1, 127, 128, 300, .max, .min]
        message.name = String(repeating: "é\u{1F426}x", count: few(&generator) * few(&generator) * 8)
        message.numbers = (0..<few(&generator)).map { _ in .random(in: 0 ... .max, using: &generator) }
        message.signed = interesting.randomElement(using: &generator) ?? 0
        message.small = .random(in: .min ... .max, using: &generator)
        message.presence = Bool.random(using: &generator) ? 0 : nil
        message.fixed32 = .random(in: 0...3, using: &generator)
        message.fixed64 = .random(in: 0 ... .max, using: &generator)
        message.flag = .random(using: &generator)
        for index in 0..<few(&generator) { message.map["k\(index)"] = Array(repeating: 7, count: index * 99) }
        if depth > 0 {
            message.children = (0..<few(&generator)).map { _ in .random(depth: depth - 1, using: &generator) }
            if Bool.random(using: &generator) { message.child = [.random(depth: depth - 1, using: &generator)] }
        }
        if Bool.random(using: &generator) { message.unknownFields = [0x40, 0x96, 0x01, 0xf2, 0x01, 0x02, 0x68, 0x69] }
        return message
    }
}

private func few(_ generator: inout some RandomNumberGenerator) -> Int { Int.random(in: 0...3, using: &generator) }
