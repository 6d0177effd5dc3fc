import MartletModels
import MartletSQL

/// A part of one index, in its order.
struct CandidateRange {
    /// Ranges of a source are read in the order of their names.
    let name: String
    /// The smallest value of what comes before the key in the order.
    let start: CandidateCursor.Leading
    /// The parameters after `values` are the place to begin after, and the limit.
    let sql: String
    let values: [SQLValue]

    /// A range of rows of actual LRPs.
    ///
    /// - Parameters:
    ///   - index: without its prefix; a query that cannot use it is refused.
    ///   - condition: has one `?` for each of `values`.
    ///   - column: what the index is ordered by before the key, with its smallest value.
    init(
        _ name: String,
        index: String,
        where condition: String,
        _ values: [SQLValue] = [],
        by column: (name: String, start: CandidateCursor.Leading)? = nil
    ) {
        self.name = name
        self.values = values
        start = column?.start ?? .none
        let order = [column?.name, "process_guid", "instance_index", "presence"].compactMap(\.self)
            .joined(separator: ", ")
        sql = """
            SELECT process_guid, instance_index, presence\(column.map { ", " + $0.name } ?? "")
            FROM actual_lrps INDEXED BY actual_lrps_\(index) WHERE \(condition)
                AND (\(order)) > (\(column == nil ? "" : "?, ")?, ?, ?)
            ORDER BY \(order) LIMIT ?
            """
    }

    /// A range of the table of missing instances.
    init(_ name: String, missing condition: String, _ values: [SQLValue] = []) {
        self.name = name
        self.values = values
        start = .none
        sql = """
            SELECT process_guid, instance_index, 0 FROM missing_lrps
            WHERE \(condition)(process_guid, instance_index, 0) > (?, ?, ?)
            ORDER BY process_guid, instance_index LIMIT ?
            """
    }

    /// - Parameter cursor: where to go on; one of another range is the beginning of this one.
    func query(after cursor: CandidateCursor?, limit: Int) -> Query {
        let here = cursor?.range == name ? cursor : nil
        let leading: [SQLValue] =
            switch here?.leading ?? start {
            case .none: []
            case .number(let number): [.integer(number)]
            case .text(let text): [.text(text)]
            }
        let key: [SQLValue] = [
            .text(here?.processGUID ?? ""), .integer(here?.index ?? -1), .integer(here?.presence ?? -1),
        ]
        return Query(sql, values + leading + key + [.int(limit)])
    }

    func cursor(_ row: borrowing Row) throws(SQLError) -> CandidateCursor {
        let leading: CandidateCursor.Leading =
            switch start {
            case .none: .none
            case .number: .number(try row.int64(3))
            case .text: .text(try row.text(3))
            }
        return CandidateCursor(
            range: name,
            leading: leading,
            processGUID: try row.text(0),
            index: try row.int64(1),
            presence: try row.int64(2)
        )
    }
}
