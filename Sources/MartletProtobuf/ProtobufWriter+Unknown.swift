extension ProtobufWriter {
    /// Where the next field will begin; remember it before writing a message that carries unknown fields.
    public var position: Int { bytes.count }

    /// Sorts fields that this version does not know in between those written since `start`, so that all field
    /// numbers ascend and a message passes through unchanged, byte by byte.
    ///
    /// Bytes that are not fields are appended as they are.
    public mutating func merge(unknown: [UInt8], since start: Int) {
        guard !unknown.isEmpty else { return }
        guard
            let known = try? Self.fields(of: Array(bytes[start...])),
            let unknown = try? Self.fields(of: unknown)
        else { return append(raw: unknown) }
        // A stable order: what has the same number keeps its sequence, known fields first.
        let merged = (known + unknown).enumerated().sorted { left, right in
            (left.element.number, left.offset) < (right.element.number, right.offset)
        }
        truncate(to: start)
        for field in merged { append(raw: field.element.bytes) }
    }

    private static func fields(of message: [UInt8]) throws(ProtobufError) -> [(number: Int, bytes: [UInt8])] {
        var reader = try ProtobufReader(message, limits: ProtobufLimits(bytes: .max))
        var fields: [(number: Int, bytes: [UInt8])] = []
        while let field = try reader.nextField() {
            var bytes: [UInt8] = []
            field.keep(in: &bytes)
            fields.append((field.number, bytes))
        }
        return fields
    }
}
