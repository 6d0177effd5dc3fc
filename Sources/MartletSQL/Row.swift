/// The row that a query stands on; good only inside the closure that receives it. Columns count from 0.
public struct Row: ~Copyable {
    let statement: Statement

    public func isNull(_ column: Int) -> Bool { statement.isNull(column) }

    public func int64(_ column: Int) throws(SQLError) -> Int64 { try statement.integer(column) }
    public func int(_ column: Int) throws(SQLError) -> Int { Int(try statement.integer(column)) }
    public func bool(_ column: Int) throws(SQLError) -> Bool { try statement.integer(column) != 0 }
    public func text(_ column: Int) throws(SQLError) -> String { try statement.text(column) }
    public func blob(_ column: Int) throws(SQLError) -> [UInt8] { try statement.blob(column) }

    public func optionalInt64(_ column: Int) throws(SQLError) -> Int64? { isNull(column) ? nil : try int64(column) }
    public func optionalText(_ column: Int) throws(SQLError) -> String? { isNull(column) ? nil : try text(column) }
    public func optionalBlob(_ column: Int) throws(SQLError) -> [UInt8]? { isNull(column) ? nil : try blob(column) }
}
