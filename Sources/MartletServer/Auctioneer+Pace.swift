import MartletModels
import MartletStore

/// How fast a large auction hands out.
///
/// Cells claim what they are given, and that takes the store longer than deciding does. Without this, what a cell was
/// given could wait for its claim for so long that it is taken for lost and auctioned again.
extension Auctioneer {
    /// Waits until as many instances have been claimed as a turn has placed, whichever they are, so that the number of
    /// those that are on their way stays as it is. Cells that claim nothing hold up a turn for ten seconds at most; a
    /// turn after one that has placed nothing is not held up.
    ///
    /// - Parameter claims: from before the turn was handed out.
    func keepPace(_ claims: EventSubscription, placed: Int) async {
        guard placed > 0 else { return }
        let (clock, deadline) = (clock, clock.now + Self.claimPatience)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                var left = placed
                for await event in claims.events where event.event.isClaim {
                    left -= 1
                    if left <= 0 { return }
                }
            }
            group.addTask { try? await clock.sleep(until: deadline) }
            await group.next()
            group.cancelAll()
        }
    }

    private static let claimPatience: Duration = .seconds(10)
    /// Enough for the claims of a turn and for what else happens meanwhile; who falls behind waits no longer.
    static let claimBuffer = 262_144
}

extension StoreEvent {
    /// Whether a cell has taken an instance that waited.
    fileprivate var isClaim: Bool {
        guard case .lrp(.actualLRPChanged(let before, let after)) = self else { return false }
        return before.state == .unclaimed && after.instanceKey != nil
    }
}
