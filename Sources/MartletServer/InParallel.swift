/// Calls `body` for every item, at most `limit` at a time, and returns what it made of each, in the items' order.
///
/// Store verbs that run at the same time share one commit; calls to cells do not wait for each other's timeouts.
func inParallel<Item: Sendable, Result: Sendable>(
    _ items: [Item],
    limit: Int = 64,
    _ body: @escaping @Sendable (Item) async -> Result
) async -> [Result] {
    await withTaskGroup(of: (Int, Result).self) { group in
        var results = [Result?](repeating: nil, count: items.count)
        for (position, item) in items.enumerated() {
            if position >= limit, let (done, result) = await group.next() { results[done] = result }
            group.addTask { (position, await body(item)) }
        }
        for await (done, result) in group { results[done] = result }
        return results.compactMap(\.self)
    }
}
