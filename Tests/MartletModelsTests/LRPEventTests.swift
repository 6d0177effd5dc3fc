import MartletModels
import Testing

/// The rows of tables 5.6.1 and 5.6.2.
@Suite("Events of a changed record")
struct LRPEventTests {
    private static let unclaimed = Samples.lrp(.unclaimed)
    private static let failed = Samples.changed(unclaimed, .unclaimed, placementError: "no room")
    private static let claimed = Samples.lrp(.claimed(Samples.mine))
    private static let running = Samples.lrp(.running(Samples.mine, Samples.netInfo))
    private static let crashed = Samples.lrp(.crashed)

    @Test(
        "follow from before and after",
        arguments: [
            (nil, nil, []),
            (nil, unclaimed, [.actualLRPCreated(unclaimed)]),
            (nil, running, [.actualLRPCreated(running)]),
            (running, nil, [.actualLRPRemoved(running)]),
            (running, running, []),
            (unclaimed, failed, [.actualLRPChanged(before: unclaimed, after: failed)]),
            (running, unclaimed, [.actualLRPCreated(unclaimed), .actualLRPRemoved(running)]),
            (crashed, unclaimed, [.actualLRPCreated(unclaimed), .actualLRPRemoved(crashed)]),
            (unclaimed, claimed, [.actualLRPChanged(before: unclaimed, after: claimed)]),
            (claimed, running, [.actualLRPChanged(before: claimed, after: running)]),
            (
                running, crashed,
                [
                    .actualLRPCrashed(before: running, after: crashed),
                    .actualLRPChanged(before: running, after: crashed),
                ]
            ),
        ] as [(ActualLRP?, ActualLRP?, [LRPEvent])]
    )
    func general(before: ActualLRP?, after: ActualLRP?, events: [LRPEvent]) {
        #expect(Change(before: before, after: after).events() == events)
    }

    @Test("a reported crash is told even when the instance restarts at once")
    func crash() {
        let restarted = Change(before: Self.running, after: Self.unclaimed)
        #expect(
            restarted.events(crashed: true) == [
                .actualLRPCrashed(before: Self.running, after: Self.unclaimed), .actualLRPCreated(Self.unclaimed),
                .actualLRPRemoved(Self.running),
            ]
        )
        let waiting = Change(before: Self.running, after: Self.crashed)
        #expect(waiting.events(crashed: true) == waiting.events())
    }
}
