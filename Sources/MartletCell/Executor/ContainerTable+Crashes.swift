import MartletModels
import MartletSQL

extension ContainerTable {
    /// Capsules that are kept; older ones make room.
    static let crashLimit = 100

    /// What crashed last, newest first.
    func crashes() throws(ExecutorError) -> [CrashCapsule] {
        try writing { () throws(SQLError) in
            try connection.rows(
                """
                SELECT process_guid, process_index, domain, instance_guid, at_ns, cause, cause_number, reason, last_output,
                memory_peak_bytes FROM crashes ORDER BY number DESC
                """
            ) { (row) throws(SQLError) in try Self.capsule(row) }
        }
    }

    func insert(_ capsule: CrashCapsule) throws(SQLError) {
        try connection.run(
            """
            INSERT INTO crashes (process_guid, process_index, domain, instance_guid, at_ns, cause, cause_number, reason,
            last_output, memory_peak_bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(capsule.key.processGUID.rawValue), .int(capsule.key.index), .text(capsule.key.domain.rawValue),
                .text(capsule.instance.rawValue), .integer(capsule.at.nanoseconds), .text(capsule.cause.name),
                .optional(capsule.cause.number.map { Int64($0) }), .text(capsule.reason),
                .text(JSONText.list(capsule.lastOutput)), .optional(capsule.memoryPeak.map { Int64($0) }),
            ]
        )
        try connection.run(
            "DELETE FROM crashes WHERE number <= (SELECT max(number) FROM crashes) - ?",
            [.int(Self.crashLimit)]
        )
    }

    private static func capsule(_ row: borrowing Row) throws(SQLError) -> CrashCapsule {
        CrashCapsule(
            key: ActualLRPKey(
                processGUID: ProcessGUID(try row.text(0)),
                index: try row.int(1),
                domain: DomainName(try row.text(2))
            ),
            instance: InstanceGUID(try row.text(3)),
            at: Timestamp(nanoseconds: try row.int64(4)),
            cause: CrashCause(name: try row.text(5), number: try row.optionalInt64(6).map { Int($0) }),
            reason: try row.text(7),
            lastOutput: JSONText.list(try row.text(8)),
            memoryPeak: try row.optionalInt64(9).map { Int($0) }
        )
    }
}
