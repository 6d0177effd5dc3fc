import FoundationEssentials

/// What is remembered about a layer beside its directory.
struct LayerRecord: Codable, Hashable {
    /// Bytes of its regular files.
    var size: Int64
    /// Chain id of the layer below it; nothing for the lowest.
    var parent: String?

    init(size: Int64, parent: String?) {
        (self.size, self.parent) = (size, parent)
    }

    /// Nothing when the bytes are not such a record.
    init?(decoding bytes: [UInt8]) {
        guard let record = try? JSONDecoder().decode(LayerRecord.self, from: Data(bytes)) else { return nil }
        self = record
    }

    func encoded() -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else {
            preconditionFailure("a number and a text are always JSON")
        }
        return Array(data)
    }
}
