import MartletConvergence
import MartletModels
import MartletTestSupport
import Testing

let testTime = Timestamp.epoch + .seconds(1_000)
extension ConvergenceSnapshot {
    /// Cells `a` and `b` are alive, the domain `apps` is fresh, the flag is on.
    static func fixture(
        _ desired: [DesiredLRP] = [],
        _ actual: [ActualLRP] = [],
        cells: [String] = ["a", "b"],
        fresh: Set<DomainName> = ["apps"],
        flag: FeatureFlag = FeatureFlag(name: .diegoDocker, enabled: true)
    ) -> ConvergenceSnapshot {
        ConvergenceSnapshot(
            now: testTime,
            desired: desired.map(\.schedulingInfo),
            actual: actual,
            cells: cells.map { RegisteredCell(presence: .fixture($0), expiresAt: testTime + .seconds(15)) },
            freshDomains: fresh,
            policy: AdmissionPolicy(flags: [flag])
        )
    }
}

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
        #expect(converge(snapshot) == ConvergencePlan())
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
                            reason: .beyondInstances(2, onRecord: false)
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
        let reason = RetiredInstance.Reason.notDesired(onRecord: false)
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
        #expect(converge(snapshot) == ConvergencePlan())
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
        #expect(converge(snapshot) == plan { $0.auction = due ? [key()] : [] })
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
        #expect(converge(snapshot) == plan { $0.restart = due ? [key()] : [] })
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
        #expect(converge(snapshot) == plan { $0.auction = due ? [key(0)] : [] })
    }

    @Test("an instance of a lost cell becomes suspect and is replaced")
    func lost() {
        let snapshot = ConvergenceSnapshot.fixture(
            [.fixture("app", instances: 2)],
            [.fixture(key(0), .running(on: "lost")), .fixture(key(1), .claimed(on: "lost"))]
        )
        #expect(converge(snapshot) == plan { $0.suspect = [key(0), key(1)] })
    }

    @Test("a presence that has expired is a lost cell")
    func expired() {
        var snapshot = ConvergenceSnapshot.fixture([.fixture("app")], [.fixture(key(), .running(on: "a"))])
        snapshot.now = testTime + .seconds(15)
        #expect(converge(snapshot) == plan { $0.suspect = [key()] })
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
