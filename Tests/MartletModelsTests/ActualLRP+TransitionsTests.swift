import MartletModels
import Testing

/// The rows of table 5.2, with the effects of table 5.3.
@Suite("Transitions of an actual LRP")
struct ActualLRPTransitionsTests {
    private static let claimed = Samples.lrp(.claimed(Samples.mine))
    private static let running = Samples.lrp(.running(Samples.mine, Samples.netInfo))
    private static let unclaimed = Samples.lrp(.unclaimed)
    private static let crashed = Samples.lrp(.crashed)

    @Test(
        "claim",
        arguments: [
            (unclaimed, Samples.mine, .success(Samples.changed(unclaimed, .claimed(Samples.mine), placementError: ""))),
            (claimed, Samples.mine, .success(claimed)),
            (claimed, Samples.other, .failure(.cannotBeClaimed(Samples.key, while: .claimed))),
            (running, Samples.mine, .success(Samples.changed(running, .claimed(Samples.mine), placementError: ""))),
            (running, Samples.other, .failure(.cannotBeClaimed(Samples.key, while: .running))),
            (crashed, Samples.mine, .failure(.cannotBeClaimed(Samples.key, while: .crashed))),
        ] as [(ActualLRP, ActualLRPInstanceKey, Result<ActualLRP, TransitionError>)]
    )
    func claim(before: ActualLRP, by: ActualLRPInstanceKey, expected: Result<ActualLRP, TransitionError>) {
        var lrp = before
        let result = Result { () throws(TransitionError) in try lrp.claim(by: by, at: Samples.now) }
        #expect(result.map { lrp } == expected)
    }

    @Test(
        "start",
        arguments: [
            (unclaimed, Samples.mine, nil),
            (claimed, Samples.mine, nil),
            (claimed, Samples.other, nil),
            (running, Samples.mine, nil),
            (running, Samples.other, .cannotBeStarted(Samples.key, while: .running)),
            (crashed, Samples.mine, .cannotBeStarted(Samples.key, while: .crashed)),
        ] as [(ActualLRP, ActualLRPInstanceKey, TransitionError?)]
    )
    func start(before: ActualLRP, by: ActualLRPInstanceKey, refusal: TransitionError?) {
        var lrp = before
        let start = ActualLRPStart(
            instance: by,
            netInfo: Samples.netInfo,
            internalRoutes: ["b.internal"],
            metricTags: [:],
            routable: false,
            availabilityZone: "z2"
        )
        do {
            try lrp.start(start, at: Samples.now)
            #expect(refusal == nil)
            let after = ActualLRP(
                restoring: Samples.key,
                presence: .ordinary,
                state: .running(by, Samples.netInfo),
                since: Samples.now,
                crashCount: 1,
                crashReason: "earlier crash",
                placementError: "",
                modificationTag: ModificationTag(epoch: "e", index: 8),
                internalRoutes: ["b.internal"],
                metricTags: [:],
                routable: false,
                availabilityZone: "z2"
            )
            #expect(lrp == after)
        } catch {
            #expect(error == refusal)
            #expect(lrp == before)
        }
    }

    @Test("the same start again changes nothing, not even since and tag")
    func startAgain() throws {
        var lrp = Self.running
        let start = ActualLRPStart(
            instance: Samples.mine,
            netInfo: Samples.netInfo,
            internalRoutes: ["a.internal"],
            metricTags: ["k": "v"],
            routable: true,
            availabilityZone: "z1"
        )
        try lrp.start(start, at: Samples.now)
        #expect(lrp == Self.running)
    }

    @Test("a start without a record makes one, with a tag of its own")
    func startWithoutRecord() {
        let start = ActualLRPStart(instance: Samples.mine, netInfo: Samples.netInfo, availabilityZone: "z1")
        let lrp = ActualLRP(running: Samples.key, start, at: Samples.now, epoch: "new")
        #expect(lrp.state == .running(Samples.mine, Samples.netInfo))
        #expect(lrp.modificationTag == ModificationTag(epoch: "new"))
        #expect(lrp.routable)
        #expect(lrp.since == Samples.now)
    }

    @Test(
        "only the holder of a claimed or running record can crash it",
        arguments: [
            (unclaimed, Samples.mine, TransitionError.cannotBeCrashed(Samples.key, while: .unclaimed)),
            (claimed, Samples.other, .cannotBeCrashed(Samples.key, while: .claimed)),
            (running, Samples.other, .cannotBeCrashed(Samples.key, while: .running)),
            (crashed, Samples.mine, .cannotBeCrashed(Samples.key, while: .crashed)),
        ]
    )
    func crashRefused(before: ActualLRP, by: ActualLRPInstanceKey, expected: TransitionError) {
        var lrp = before
        #expect(throws: expected) { try lrp.crash(by, reason: "", policy: RestartPolicy(), at: Samples.now) }
        #expect(lrp == before)
    }

    @Test("a crash counts, and is followed by a restart at once or a wait", arguments: [claimed, running])
    func crash(before: ActualLRP) throws {
        var lrp = before
        let policy = RestartPolicy()
        #expect(try lrp.crash(Samples.mine, reason: "boom", policy: policy, at: Samples.now) == .restartNow)
        #expect(lrp == Samples.changed(before, .unclaimed, crashes: 2, crashReason: "boom"))

        let second = Samples.lrp(before.state, crashes: 2)
        lrp = second
        let outcome = try lrp.crash(Samples.mine, reason: "boom", policy: policy, at: Samples.now)
        #expect(outcome == .wait(until: Samples.now + .seconds(30)))
        #expect(lrp == Samples.changed(second, .crashed, crashes: 3, crashReason: "boom"))
    }

    @Test("the count starts anew only after a run of more than five minutes", arguments: [(300, 6), (301, 1)])
    func crashReset(seconds: Int, count: Int) throws {
        let since = Samples.now + .seconds(-seconds)
        var lrp = Samples.lrp(.running(Samples.mine, Samples.netInfo), since: since, crashes: 5)
        _ = try lrp.crash(Samples.mine, reason: "", policy: RestartPolicy(), at: Samples.now)
        #expect(lrp.crashCount == count)

        lrp = Samples.lrp(.claimed(Samples.mine), since: since, crashes: 5)
        _ = try lrp.crash(Samples.mine, reason: "", policy: RestartPolicy(), at: Samples.now)
        #expect(lrp.crashCount == 6)
    }

    @Test("from the 200th crash on it never restarts by itself")
    func lastCrash() throws {
        var lrp = Samples.lrp(.claimed(Samples.mine), crashes: 199)
        let outcome = try lrp.crash(Samples.mine, reason: "", policy: RestartPolicy(), at: Samples.now)
        #expect(outcome == .wait(until: nil))
    }

    @Test("fail notes why an unclaimed instance found no place, and refuses any other")
    func fail() throws {
        var lrp = Self.unclaimed
        try lrp.fail("no room", at: Samples.now)
        #expect(lrp == Samples.changed(Self.unclaimed, .unclaimed, placementError: "no room"))
        for other in [Self.claimed, Self.running, Self.crashed] {
            var lrp = other
            #expect(throws: TransitionError.cannotBeFailed(Samples.key, while: other.state.name)) {
                try lrp.fail("no room", at: Samples.now)
            }
        }
    }

    @Test("unclaim frees whatever is held")
    func unclaim() throws {
        for before in [Self.claimed, Self.running, Self.crashed] {
            var lrp = before
            try lrp.unclaim(at: Samples.now)
            #expect(lrp == Samples.changed(before, .unclaimed))
        }
        var lrp = Self.unclaimed
        #expect(throws: TransitionError.cannotBeUnclaimed(Samples.key, while: .unclaimed)) {
            try lrp.unclaim(at: Samples.now)
        }
    }

    @Test("remove is for the holder, for nobody's record by nobody's key, and for who names no holder")
    func remove() {
        let nobody = ActualLRPInstanceKey(instanceGUID: InstanceGUID(""), cellID: CellID(""))
        for lrp in [Self.claimed, Self.running] {
            #expect(lrp.mayBeRemoved(by: Samples.mine))
            #expect(lrp.mayBeRemoved(by: nil))
            #expect(!lrp.mayBeRemoved(by: Samples.other))
            #expect(!lrp.mayBeRemoved(by: nobody))
        }
        for lrp in [Self.unclaimed, Self.crashed] {
            #expect(lrp.mayBeRemoved(by: nil))
            #expect(lrp.mayBeRemoved(by: nobody))
            #expect(!lrp.mayBeRemoved(by: Samples.mine))
        }
    }

    @Test("retiring stops what a living cell holds, and removes the record otherwise")
    func retire() {
        let living: Set<CellID> = [CellID("c1")]
        #expect(Self.running.retirement(liveCells: living) == .stop(Samples.mine))
        #expect(Self.claimed.retirement(liveCells: living) == .stop(Samples.mine))
        #expect(Self.running.retirement(liveCells: []) == .removeRecord)
        #expect(Self.unclaimed.retirement(liveCells: living) == .removeRecord)
        #expect(Self.crashed.retirement(liveCells: living) == .removeRecord)
    }

    @Test("a changed presence leaves the tag alone")
    func presence() {
        var lrp = Self.running
        lrp.change(presence: .suspect)
        #expect(lrp.presence == .suspect)
        #expect(lrp.modificationTag == Self.running.modificationTag)
        #expect(lrp.since == Self.running.since)
    }

    @Test(
        "texts of 1,024 bytes and more are cut, and never inside a character",
        arguments: [
            (String(repeating: "x", count: 1_023), String(repeating: "x", count: 1_023)),
            (String(repeating: "x", count: 1_024), String(repeating: "x", count: 1_013) + "(truncated)"),
            (String(repeating: "é", count: 600), String(repeating: "é", count: 506) + "(truncated)"),
            (
                "y" + String(repeating: "\u{1F426}", count: 300),
                "y" + String(repeating: "\u{1F426}", count: 253) + "(truncated)"
            ),
        ]
    )
    func cut(text: String, expected: String) throws {
        var lrp = Self.unclaimed
        try lrp.fail(text, at: Samples.now)
        #expect(lrp.placementError == expected)
        var holder = Self.running
        _ = try holder.crash(Samples.mine, reason: text, policy: RestartPolicy(), at: Samples.now)
        #expect(holder.crashReason == expected)
    }
}
