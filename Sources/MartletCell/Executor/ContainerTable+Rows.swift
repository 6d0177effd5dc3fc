import FoundationEssentials
import MartletBBSAPI
import MartletLinux
import MartletModels
import MartletProtobuf
import MartletSQL

extension ContainerTable {
    private static let columns = """
        id, process_guid, process_index, domain, memory_mb, disk_mb, max_pids, rootfs, placement_tags, volume_drivers, \
        first_id, allocated_at_ns, state, stop_requested, routable, desired, net_info, failed, reason, retryable
        """

    func insert(_ record: ContainerRecord) throws(SQLError) {
        let marks = Array(repeating: "?", count: 20).joined(separator: ", ")
        try connection.run(
            "INSERT INTO containers (\(Self.columns)) VALUES (\(marks))",
            [
                .text(record.id.rawValue), .text(record.key.processGUID.rawValue), .int(record.key.index),
                .text(record.key.domain.rawValue), .int(record.resources.memoryMB), .int(record.resources.diskMB),
                .int(record.resources.maxPIDs), .text(record.rootFS.url), .text(JSONText.list(record.placementTags)),
                .text(JSONText.list(record.volumeDrivers)), .int(record.range.base),
                .integer(record.allocatedAt.nanoseconds),
            ] + Self.changing(record)
        )
    }

    /// Writes what can change in a record.
    func save(_ record: ContainerRecord) throws(SQLError) {
        try connection.run(
            """
            UPDATE containers SET state = ?, stop_requested = ?, routable = ?, desired = ?, net_info = ?, failed = ?,
            reason = ?, retryable = ? WHERE id = ?
            """,
            Self.changing(record) + [.text(record.id.rawValue)]
        )
    }

    private static func changing(_ record: ContainerRecord) -> [SQLValue] {
        let result = record.state.result
        return [
            .text(record.state.name.rawValue), .bool(record.stopRequested), .bool(record.routable),
            .optional(record.state.desired.map(stored)), .optional(record.state.netInfo?.encoded()),
            result.map { .bool($0.failed) } ?? .null, .optional(result?.reason),
            result.map { .bool($0.retryable) } ?? .null,
        ]
    }

    /// The registry's password has done its work by then, and the cell's file is not the place to keep it.
    private static func stored(_ desired: DesiredLRP) -> [UInt8] {
        var desired = desired
        desired.imageCredentials = ImageCredentials(username: "", password: "")
        return desired.encoded()
    }

    static func readAll(_ connection: Connection) throws(ExecutorError) -> [ContainerRecord] {
        do throws(SQLError) {
            return try connection.rows("SELECT \(columns) FROM containers ORDER BY id") { (row) throws(SQLError) in
                try record(row)
            }
        } catch { throw .broken("\(error)") }
    }

    private static func record(_ row: borrowing Row) throws(SQLError) -> ContainerRecord {
        let request = AllocationRequest(
            id: InstanceGUID(try row.text(0)),
            key: ActualLRPKey(
                processGUID: ProcessGUID(try row.text(1)),
                index: try row.int(2),
                domain: DomainName(try row.text(3))
            ),
            resources: ContainerResources(
                memoryMB: try row.int(4),
                diskMB: try row.int(5),
                maxPIDs: try row.int(6)
            ),
            rootFS: RootFS(try row.text(7)),
            placementTags: JSONText.list(try row.text(8)),
            volumeDrivers: JSONText.list(try row.text(9))
        )
        return ContainerRecord(
            restoring: request,
            range: IDRange(base: UInt32(clamping: max(65_536, try row.int(10)))),
            allocatedAt: Timestamp(nanoseconds: try row.int64(11)),
            state: try state(row),
            stopRequested: try row.bool(13),
            routable: try row.bool(14)
        )
    }

    /// A message that cannot be read any more, which takes a broken disk, ends the instance and not the cell.
    private static func state(_ row: borrowing Row) throws(SQLError) -> ContainerState {
        let name = ContainerState.Name(rawValue: try row.text(12))
        let desired = try row.optionalBlob(15).flatMap { try? DesiredLRP(decoding: $0) }
        let netInfo = try row.optionalBlob(16).flatMap { try? ActualLRPNetInfo(decoding: $0) }
        switch (name, desired, netInfo) {
        case (.reserved, _, _): return .reserved
        case (.initializing, let desired?, _): return .initializing(desired)
        case (.created, let desired?, let netInfo?): return .created(desired, netInfo)
        case (.running, let desired?, let netInfo?): return .running(desired, netInfo)
        case (.completed, _, _):
            let result = RunResult(
                failed: try row.bool(17),
                reason: try row.text(18),
                retryable: try row.bool(19)
            )
            return .completed(result)
        default: return .completed(RunResult(failed: true, reason: "the cell's record of it is damaged"))
        }
    }
}

/// Lists of text in one column.
enum JSONText {
    static func list(_ values: [String]) -> String {
        guard let data = try? JSONEncoder().encode(values) else { return "[]" }
        return String(decoding: data, as: UTF8.self)
    }

    /// Anything else than a list of texts is none.
    static func list(_ text: String) -> [String] {
        (try? JSONDecoder().decode([String].self, from: Data(text.utf8))) ?? []
    }
}
