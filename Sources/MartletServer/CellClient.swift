public import MartletBBSAPI
public import MartletModels

/// What the server asks of cells; `RepClient` asks over HTTP.
public protocol CellClient: Sendable {
    /// What the cell has left, and what it runs.
    func state(of cell: CellPresence) async throws(RepClientError) -> CellState

    /// Asks the cell to take instances, and returns those that it did not take.
    func perform(_ work: CellWork, on cell: CellPresence, traceID: String) async throws(RepClientError) -> CellWork

    /// Asks the cell to stop an instance; the record goes away when it has.
    func stop(
        _ processGUID: ProcessGUID,
        _ instanceGUID: InstanceGUID,
        on cell: CellPresence,
        traceID: String
    ) async throws(RepClientError)

    /// Tells the cell what a running instance is to take over; the cell reports the instance anew when it has.
    func update(
        _ key: ActualLRPKey,
        _ instanceGUID: InstanceGUID,
        _ update: LRPLiveUpdate,
        on cell: CellPresence,
        traceID: String
    ) async throws(RepClientError)

    /// Asks the cell to drop a task, whether or not it has it; the record has been ended before.
    func cancelTask(_ guid: TaskGUID, on cell: CellPresence, traceID: String) async throws(RepClientError)
}

extension RepClient: CellClient {}
