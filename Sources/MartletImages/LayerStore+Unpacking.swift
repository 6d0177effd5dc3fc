/// Making a layer, whole or not at all.
extension LayerStore {
    /// Runs a job in a new directory, and commits that when the job vouches for it.
    nonisolated func unpack(
        as chainID: ChainID,
        parent: ChainID?,
        _ job: (_ staging: String) -> LayerJob
    ) async throws(ImageError) {
        let staging = try await makeStaging()
        do throws(ImageError) {
            let size = try await job(staging).runBlocking()
            try await commit(staging, as: chainID, parent: parent, size: size)
        } catch {
            await discard(staging)
            await emptyTrash()
            throw error
        }
    }
}
