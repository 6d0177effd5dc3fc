import MartletModels
import MartletSQL

/// The table of wanted instances without an ordinary row.
extension StoreTransaction {
    /// Notes that the ordinary row is gone, if the instance is wanted.
    func noteMissing(_ id: InstanceID) throws(StoreError) {
        try run(
            """
            INSERT OR IGNORE INTO missing_lrps (process_guid, instance_index)
            SELECT process_guid, ?2 FROM desired_lrps WHERE process_guid = ?1 AND instances > ?2
            """,
            .text(id.processGUID.rawValue),
            .int(id.index)
        )
    }

    func noteFound(_ id: InstanceID) throws(StoreError) {
        try run(
            "DELETE FROM missing_lrps WHERE process_guid = ? AND instance_index = ?",
            .text(id.processGUID.rawValue),
            .int(id.index)
        )
    }

    /// Instances from that index on are not wanted any more, so they are not missing.
    func forgetMissing(_ guid: ProcessGUID, from bound: Int) throws(StoreError) {
        try run(
            "DELETE FROM missing_lrps WHERE process_guid = ? AND instance_index >= ?",
            .text(guid.rawValue),
            .int(bound)
        )
    }
}
