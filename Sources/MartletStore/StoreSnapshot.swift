public import MartletModels
import MartletSQL

/// The store at one moment: all reads of one value see the same commit.
///
/// Good only inside the closure that receives it.
public struct StoreSnapshot {
    let connection: Connection
    /// The time that decides what is fresh.
    public let now: Timestamp

    func rows<R>(
        _ query: Query,
        _ map: (borrowing Row) throws(SQLError) -> R
    ) throws(StoreError) -> [R] {
        do throws(SQLError) { return try connection.rows(query.sql, query.values, map) } catch {
            throw StoreError(error)
        }
    }

    func first<R>(
        _ query: Query,
        _ map: (borrowing Row) throws(SQLError) -> R
    ) throws(StoreError) -> R? {
        do throws(SQLError) { return try connection.first(query.sql, query.values, map) } catch {
            throw StoreError(error)
        }
    }
}

/// A SELECT that grows by the conditions that were asked for, with their values.
struct Query {
    private(set) var sql: String
    private(set) var values: [SQLValue]
    private var hasCondition = false

    init(_ select: String, _ values: SQLValue...) { (sql, self.values) = (select, values) }

    init(_ select: String, _ values: [SQLValue]) { (sql, self.values) = (select, values) }

    /// Adds a condition, joined by AND.
    mutating func require(_ condition: String, _ values: SQLValue...) {
        sql += (hasCondition ? " AND " : " WHERE ") + condition
        hasCondition = true
        self.values += values
    }

    /// One of many texts, with one statement for any number of them.
    mutating func require(_ column: String, isOneOf texts: some Sequence<String>) {
        require("\(column) IN (SELECT value FROM json_each(?))", .text(Self.jsonArray(texts)))
    }

    mutating func order(by columns: String) { sql += " ORDER BY \(columns)" }

    static func jsonArray(_ texts: some Sequence<String>) -> String {
        "[" + texts.map { "\"" + $0.unicodeScalars.map(escaped).joined() + "\"" }.joined(separator: ",") + "]"
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"", "\\": return "\\\(scalar)"
        case _ where scalar.value < 0x20:
            let digits = String(scalar.value, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: return String(scalar)
        }
    }
}
