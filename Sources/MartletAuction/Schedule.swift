public import MartletModels

/// Decides at once which cell takes which instance and task, or why none does. See `Auction`.
public func schedule(
    _ requests: [LRPStartRequest],
    tasks: [TaskStartRequest] = [],
    cells: [CellState],
    unreachable: [CellID: String] = [:],
    configuration: AuctionConfiguration = AuctionConfiguration()
) -> AuctionResult {
    var auction = Auction(
        requests,
        tasks: tasks,
        cells: cells,
        unreachable: unreachable,
        configuration: configuration
    )
    return auction.decide(auction.take(auction.count))
}
