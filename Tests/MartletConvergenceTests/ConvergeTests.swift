import MartletConvergence
import MartletModels
import MartletTestSupport
import Testing

@Suite("Convergence")
struct ConvergeTests {
    private func plan(_ change: (inout ConvergencePlan) -> Void) -> ConvergencePlan {
        var plan = ConvergencePlan()
        change(&plan)
        return plan
    }

    private func key(_ index: Int = 0) -> ActualLRPKey { .fixture("app", index) }

    @Test("nothing to do when everything is as desired")
    func quiet() {
        let snapshot = ConvergenceSnapshot.fixture(
            [.fixture("app", instances: 2)],
            [
                .fixture(key(0), .running(on: "a")), .fixture(key(1), .claimed(on: "b")),
                .fixture(key(1), .running(on: "a"), presence: .evacuating),
            ]
        )
        #expect(converge(snapshot).isEmpty)
        #expect(converge(snapshot).description == "nothing to do")
    }

    @Test("a missing instance is created, however fresh its domain", arguments: [true, false])
    func missing(isFresh: Bool) {
        let snapshot = ConvergenceSnapshot.fixture(
            [.fixture("app", instances: 3)],
            [.fixture(key(1), .running(on: "a"))],
            fresh: isFresh ? ["apps"] : []
        )
        #expect(converge(snapshot) == plan { $0.create = [key(0), key(2)] })
        #expect(converge(snapshot).auctionRequests == [key(0), key(2)])
    }

    @Test("an index beyond the instances is stopped, and the gap filled, even when the numbers agree")
    func gap() {
        let snapshot = ConvergenceSnapshot.fixture(
            [.fixture("app", instances: 2)],
            [.fixture(key(0), .running(on: "a")), .fixture(key(5), .running(on: "b"))]
        )
        #expect(
            converge(snapshot)
                == plan {
                    $0.create = [key(1)]
                    $0.retire = [
                        RetiredInstance(
                            key: key(5),
                            action: .stop(.fixture("on-b", on: "b")),
                            reason: .beyondInstances(2)
                        )
                    ]
                }
        )
    }

    @Test("what nobody desires is retired: a record nobody holds is removed, a container is stopped")
    func orphans() {
        let snapshot = ConvergenceSnapshot.fixture(
            [],
            [
                .fixture(key(0), .running(on: "a")), .fixture(key(1)), .fixture(key(2), .crashed, crashCount: 3),
                .fixture(key(3), .claimed(on: "lost")),
            ]
        )
        let reason = RetiredInstance.Reason.notDesired(decision: nil)
        #expect(
            converge(snapshot).retire == [
                RetiredInstance(key: key(0), action: .stop(.fixture("on-a", on: "a")), reason: reason),
                RetiredInstance(key: key(1), action: .removeRecord, reason: reason),
                RetiredInstance(key: key(2), action: .removeRecord, reason: reason),
                RetiredInstance(key: key(3), action: .removeRecord, reason: reason),
            ]
        )
    }

    @Test("nothing is stopped in a domain that is not fresh")
    func stale() {
        let snapshot = ConvergenceSnapshot.fixture(
            [.fixture("app", instances: 1)],
            [
                .fixture(key(0), .running(on: "a")), .fixture(key(4), .running(on: "a")),
                .fixture(.fixture("other"), .running(on: "a")),
            ],
            fresh: ["elsewhere"]
        )
        #expect(converge(snapshot).isEmpty)
    }

    @Test(
        "an instance waits 30 s for a cell before it is auctioned again",
        arguments: [
            (since: 970, asked: nil, due: true), (since: 971, asked: nil, due: false),
            (since: 0, asked: 971, due: false),
            (since: 0, asked: 970, due: true), (since: 975, asked: 10, due: false),
        ] as [(since: Int, asked: Int?, due: Bool)]
    )
    func staleUnclaimed(since: Int, asked: Int?, due: Bool) {
        var snapshot = ConvergenceSnapshot.fixture(
            [.fixture("app")],
            [.fixture(key(), since: .epoch + .seconds(since))]
        )
        if let asked { snapshot.asked = [key(): .epoch + .seconds(asked)] }
        let next = max(since, asked ?? since) + 30
        #expect(
            converge(snapshot)
                == plan {
                    $0.auction = due ? [key()] : []
                    $0.nextDue = due ? nil : .epoch + .seconds(next)
                }
        )
    }

    @Test("what waits since before the server began is auctioned, unless this one has asked already")
    func forgotten() {
        var snapshot = ConvergenceSnapshot.fixture(
            [.fixture("app", instances: 3)],
            [
                .fixture(key(0), since: .epoch + .seconds(990)), .fixture(key(1), since: .epoch + .seconds(990)),
                .fixture(key(2), since: .epoch + .seconds(996)),
            ]
        )
        snapshot.startedAt = .epoch + .seconds(995)
        snapshot.asked = [key(1): .epoch + .seconds(999)]
        #expect(converge(snapshot).auction == [key(0)])
    }

    @Test(
        "a crashed instance restarts when its back-off has passed",
        arguments: [
            (crashes: 3, since: 970, due: true), (crashes: 3, since: 971, due: false),
            (crashes: 4, since: 945, due: false),
            (crashes: 8, since: 40, due: true), (crashes: 200, since: 0, due: false),
        ]
    )
    func crashed(crashes: Int, since: Int, due: Bool) {
        let snapshot = ConvergenceSnapshot.fixture(
            [.fixture("app")],
            [.fixture(key(), .crashed, since: .epoch + .seconds(since), crashCount: crashes)]
        )
        #expect(converge(snapshot).restart == (due ? [key()] : []))
        let next = RestartPolicy().delay(afterCrash: crashes).map { Timestamp.epoch + .seconds(since) + $0 }
        #expect(converge(snapshot).nextDue == (due ? nil : next))
    }

    @Test(
        "what found no place is auctioned at once when a cell appears, and once",
        arguments: [(appeared: 981, asked: nil, due: true), (980, nil, false), (990, 990, false), (990, 985, true)]
            as [(appeared: Int, asked: Int?, due: Bool)]
    )
    func newCell(appeared: Int, asked: Int?, due: Bool) {
        var snapshot = ConvergenceSnapshot.fixture(
            [.fixture("app", instances: 2)],
            [
                .fixture(key(0), since: .epoch + .seconds(980), placementError: "insufficient resources"),
                .fixture(key(1), since: .epoch + .seconds(980)),
            ]
        )
        snapshot.cellAppearedAt = .epoch + .seconds(appeared)
        if let asked { snapshot.asked = [key(0): .epoch + .seconds(asked)] }
        #expect(converge(snapshot).auction == (due ? [key(0)] : []))
    }

    @Test("an instance of a lost cell becomes suspect and is replaced")
    func lost() {
        let snapshot = ConvergenceSnapshot.fixture(
            [.fixture("app", instances: 2)],
            [.fixture(key(0), .running(on: "lost")), .fixture(key(1), .claimed(on: "lost"))]
        )
        #expect(converge(snapshot) == plan { $0.suspect = [key(0), key(1)] })
    }

    @Test("a replacement whose cell is lost too is unclaimed, and the suspect kept")
    func lostTwice() {
        let snapshot = ConvergenceSnapshot.fixture(
            [.fixture("app")],
            [.fixture(key(), .running(on: "lost"), presence: .suspect), .fixture(key(), .claimed(on: "gone"))]
        )
        #expect(converge(snapshot) == plan { $0.unclaim = [key()] })
    }

    @Test(
        "a suspect whose cell is back takes its place again",
        arguments: [nil, .unclaimed, .claimed(on: "b"), .running(on: "lost")] as [ActualLRP.State?]
    )
    func comesBack(replacement: ActualLRP.State?) {
        let snapshot = ConvergenceSnapshot.fixture(
            [.fixture("app")],
            [.fixture(key(), .running(on: "a"), presence: .suspect)]
                + (replacement.map { [.fixture(key(), $0)] } ?? [])
        )
        #expect(converge(snapshot) == plan { $0.unsuspect = [key()] })
    }

    @Test("a suspect whose replacement runs is removed, back or not", arguments: ["a", "lost"])
    func replaced(cell: String) {
        let snapshot = ConvergenceSnapshot.fixture(
            [.fixture("app")],
            [.fixture(key(), .running(on: cell), presence: .suspect), .fixture(key(), .running(on: "b"))]
        )
        #expect(converge(snapshot) == plan { $0.removeSuspect = [key()] })
    }

    @Test("a suspect that the flag refuses is removed, unless its cell is back", arguments: ["a", "lost"])
    func refusedSuspect(cell: String) {
        let refused = AdmissionRefusal(flag: .diegoDocker).placementError
        let snapshot = ConvergenceSnapshot.fixture(
            [.fixture("app")],
            [
                .fixture(key(), .running(on: cell), presence: .suspect),
                .fixture(key(), .unclaimed, placementError: refused),
            ],
            flag: FeatureFlag(name: .diegoDocker, enabled: false)
        )
        #expect(
            converge(snapshot) == plan { if cell == "a" { $0.unsuspect = [key()] } else { $0.removeSuspect = [key()] } }
        )
    }

    @Test("what somebody decided to stop is stopped in a domain that is not fresh too")
    func decided() {
        var snapshot = ConvergenceSnapshot.fixture([], [.fixture(key(), .running(on: "a"))], fresh: [])
        snapshot.decide("app")
        #expect(
            converge(snapshot).retire == [
                RetiredInstance(
                    key: key(),
                    action: .stop(.fixture("on-a", on: "a")),
                    reason: .notDesired(decision: 7)
                )
            ]
        )
    }

    @Test("a cell that does not know the newest routes is told, if it is there")
    func outdated() {
        var snapshot = ConvergenceSnapshot.fixture(
            [.fixture("app", instances: 3)],
            [.fixture(key(0), .running(on: "a")), .fixture(key(1), .running(on: "b")), .fixture(key(2))]
        )
        for index in 0..<3 where index != 1 { snapshot.instances[index].isOutdated = true }
        #expect(converge(snapshot).update == [key(0)])
    }

    @Test("an instance that is neither desired nor there leads to nothing")
    func nothing() {
        var snapshot = ConvergenceSnapshot.fixture([.fixture("app")], [.fixture(key(), .running(on: "a"))])
        snapshot.instances += [InstanceRecords(InstanceID("app", 1)), InstanceRecords(InstanceID("gone", 0))]
        #expect(converge(snapshot) == ConvergencePlan())
    }

    @Test("nothing is decided about an instance of which a record cannot be read, and all about the others")
    func damaged() {
        var snapshot = ConvergenceSnapshot.fixture([.fixture("app", instances: 3)])
        snapshot.instances[1].damage = "stored ActualLRP cannot be read"
        #expect(converge(snapshot) == plan { $0.create = [key(0), key(2)] })
    }

    @Test("a suspect that nobody desires is removed")
    func suspectOrphan() {
        let snapshot = ConvergenceSnapshot.fixture([], [.fixture(key(), .running(on: "lost"), presence: .suspect)])
        #expect(converge(snapshot) == plan { $0.removeSuspect = [key()] })
    }

    @Test("an evacuating record of a lost cell is removed")
    func evacuating() {
        let snapshot = ConvergenceSnapshot.fixture(
            [.fixture("app")],
            [.fixture(key(), .running(on: "lost"), presence: .evacuating), .fixture(key(), .running(on: "b"))]
        )
        #expect(converge(snapshot) == plan { $0.removeEvacuating = [key()] })
    }
}
