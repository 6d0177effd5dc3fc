import FoundationEssentials
public import MartletModels

/// The bodies of the cell's API as JSON, with the keys of Diego's rep (cell specification 2.2 to 2.5).
///
/// Reading follows Go: keys match without case, `null` stands for an empty list, unknown keys are skipped.
public enum RepJSON {
    /// The bytes are not such a body.
    public struct Failure: Error, Hashable, Sendable {
        /// What was wrong, and where.
        public var text: String
    }

    public static func encode(_ state: CellState) -> [UInt8] { encoded(CellStateBody(state)) }
    public static func encode(_ work: CellWork) -> [UInt8] { encoded(CellWorkBody(work)) }

    /// An update of one instance.
    public static func encode(_ update: LRPLiveUpdate, of key: ActualLRPKey, _ instance: InstanceGUID) -> [UInt8] {
        encoded(LRPUpdateBody(update, of: key, instance))
    }

    /// Numbers out of range become the nearest one within.
    public static func cellState(from bytes: [UInt8]) throws(Failure) -> CellState {
        try decoded(CellStateBody.self, bytes).state
    }

    /// - Throws: also for a number out of range.
    public static func cellWork(from bytes: [UInt8]) throws(Failure) -> CellWork {
        try decoded(CellWorkBody.self, bytes).work()
    }

    /// What the instance that the path names is to take over; who it is in the body is not read.
    public static func liveUpdate(from bytes: [UInt8]) throws(Failure) -> LRPLiveUpdate {
        try decoded(LRPUpdateBody.self, bytes).update
    }

    private static func encoded(_ body: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        do { return Array(try encoder.encode(body)) } catch { preconditionFailure("cannot encode \(body): \(error)") }
    }

    private static func decoded<Body: Decodable>(_ type: Body.Type, _ bytes: [UInt8]) throws(Failure) -> Body {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .custom { path in
            let isInTask = path.dropLast().contains { $0.stringValue.lowercased() == "tasks" }
            return KnownKey(matching: path.last?.stringValue ?? "", inTask: isInTask)
        }
        do { return try decoder.decode(type, from: Data(bytes)) } catch { throw Failure(text: "\(error)") }
    }
}

/// A key of the rep's API, in its own spelling if one is known that differs only in case.
private struct KnownKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    /// - Parameter inTask: tasks spell some keys otherwise than instances do.
    init(matching key: String, inTask: Bool) {
        let lowercased = key.lowercased()
        stringValue = (inTask ? Self.taskSpelling[lowercased] : nil) ?? Self.spelling[lowercased] ?? key
    }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }

    private static let spelling = table(
        CellStateBody.CodingKeys.allCases.map(\.rawValue) + CellLRPBody.CodingKeys.allCases.map(\.rawValue)
            + CellWorkBody.CodingKeys.allCases.map(\.rawValue) + CapacityBody.CodingKeys.allCases.map(\.rawValue)
            + ProviderBody.CodingKeys.allCases.map(\.rawValue)
            + LRPUpdateBody.CodingKeys.allCases.map(\.rawValue)
            + LRPUpdateBody.InternalRoute.CodingKeys.allCases.map(\.rawValue)
    )
    private static let taskSpelling = table(CellTaskBody.CodingKeys.allCases.map(\.rawValue))

    private static func table(_ known: [String]) -> [String: String] {
        Dictionary(known.map { ($0.lowercased(), $0) }) { first, _ in first }
    }
}
