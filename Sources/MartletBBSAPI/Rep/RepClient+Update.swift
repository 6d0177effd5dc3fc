import MartletHTTP
public import MartletModels

extension RepClient {
    /// Tells the cell what an instance is to take over without a restart; the cell reports it when it has.
    ///
    /// A cell that is too old for metric tags is told the routes alone, and one that is too old for both is left alone
    /// (BBS section 7.3).
    public func update(
        _ key: ActualLRPKey,
        _ instanceGUID: InstanceGUID,
        _ update: LRPLiveUpdate,
        on cell: CellPresence,
        traceID: String = ""
    ) async throws(RepClientError) {
        func put(_ version: String, _ update: LRPLiveUpdate) async throws(RepClientError) -> HTTPStatus {
            let path = RepRoutes.updatePath(version, key.processGUID, instanceGUID)
            let body = RepJSON.encode(update, of: key, instanceGUID)
            return try await send(.put, path, to: cell, body: body, traceID: traceID).status
        }
        var status = try await put("v2", update)
        if status == .notFound {
            guard update.internalRoutes != nil else { return }
            status = try await put("v1", LRPLiveUpdate(internalRoutes: update.internalRoutes))
            if status == .notFound { return }
        }
        guard status == .accepted else { throw .status(status) }
    }
}
