import MartletConvergence
import MartletModels
import MartletTestSupport
import Testing

@Suite("Why")
struct ExplainTests {
    private let now = ConvergenceSnapshot.fixture().now

    private func ago(_ seconds: Int) -> Timestamp { now.advanced(by: .zero - .seconds(seconds)) }

    @Test("nothing is said about what nobody knows")
    func unknown() {
        #expect(explain("nobody", in: .fixture([.fixture("app")])) == nil)
    }

    @Test("an instance that runs has no findings")
    func runs() throws {
        let snapshot = ConvergenceSnapshot.fixture([.fixture("app")], [.fixture(.fixture("app"), .running(on: "a"))])
        let explanation = try #require(explain("app", in: snapshot))
        #expect(explanation.text(at: now) == "app: 1 of 1 instance running\n  app/0 is RUNNING on a")
        #expect(explanation.firstBlocker == nil)
    }

    @Test("the flag comes first, with what to do about it")
    func flag() throws {
        let snapshot = ConvergenceSnapshot.fixture(
            [.fixture("app")],
            [.fixture(.fixture("app"), .running(on: "a"))],
            flag: FeatureFlag(name: .diegoDocker, enabled: false)
        )
        #expect(
            try #require(explain("app/0", in: snapshot, rootFS: ["app": RootFS("docker:///library/busybox")]))
                .firstBlocker
                == Finding(
                    .flag,
                    "not admitted: feature flag diego_docker is disabled",
                    evidence: ["its root file system is docker:///library/busybox", "a is asked to stop it"],
                    remedy: "martlet feature-flags enable diego_docker"
                )
        )
    }

    @Test("a damaged record is named, of instances that are desired and of those that are not")
    func damaged() throws {
        var snapshot = ConvergenceSnapshot.fixture([.fixture("app")])
        snapshot.instances[0].damage = "stored ActualLRP cannot be read: it ends too early"
        snapshot.instances.append(InstanceRecords(InstanceID("app", 4), damage: "stored ActualLRP is that of app/5"))
        #expect(
            try #require(explain("app", in: snapshot)).text(at: now) == """
                app: 0 of 1 instance running
                  app/0 is DAMAGED
                    record: its record in the database is damaged, so convergence leaves it
                      alone
                      - stored ActualLRP cannot be read: it ends too early
                      to change it: put back a copy of the database from before the damage
                  app/4 is DAMAGED
                    record: its record in the database is damaged, so convergence leaves it
                      alone
                      - stored ActualLRP is that of app/5
                      to change it: put back a copy of the database from before the damage
                """
        )
    }

    @Test("placement tells the verdict on every cell, and the next try")
    func placement() throws {
        let key = ActualLRPKey.fixture("app")
        let snapshot = ConvergenceSnapshot.fixture(
            [.fixture("app")],
            [.fixture(key, since: ago(10), placementError: "insufficient resources: memory")]
        )
        let evidence = PlacementEvidence(
            at: ago(10),
            text: "insufficient resources: memory",
            cells: [
                .init(cell: "a", zone: "z1", problems: ["memory: needs 64 MB, has 3 MB"]),
                .init(cell: "b", zone: "z1", problems: ["is being evacuated", "memory: needs 64 MB, has 0 MB"]),
            ]
        )
        let explanation = try #require(explain("app", in: snapshot, evidence: [key: evidence]))
        #expect(
            explanation.text(at: now) == """
                app: 0 of 1 instance running
                  app/0 is UNCLAIMED
                    placement: insufficient resources: memory
                      - a: memory: needs 64 MB, has 3 MB
                      - b: is being evacuated; memory: needs 64 MB, has 0 MB
                      next try in 20 s
                      to change it: scale something down, or add a cell; martlet cells shows
                        what is left
                """
        )
    }

    @Test("a crashed instance tells its last crash and when it is tried again")
    func crashed() throws {
        let snapshot = ConvergenceSnapshot.fixture(
            [.fixture("app", instances: 2)],
            [
                .fixture(.fixture("app", 0), .crashed, since: ago(5), crashCount: 3),
                .fixture(.fixture("app", 1), .crashed, since: ago(5), crashCount: 200),
            ]
        )
        let explanation = try #require(explain("app", in: snapshot))
        #expect(
            explanation.instances.map(\.findings) == [
                [
                    Finding(
                        .backOff,
                        "it has crashed 3 times and waits before the next try",
                        evidence: ["last: exited with status 1"],
                        nextTry: now + .seconds(25)
                    )
                ],
                [
                    Finding(
                        .backOff,
                        "it has crashed 200 times and is not restarted any more",
                        evidence: ["last: exited with status 1"],
                        remedy: "retire the instance through the BBS API, which makes a new one"
                    )
                ],
            ]
        )
    }

    @Test("an image that cannot be had is told before the wait, with a short digest")
    func image() throws {
        let digest = String(repeating: "0123456789abcdef", count: 4)
        let reason = "failed to create container: The registry r.example has no web@sha256:\(digest); check the name."
        let crashed = ActualLRP(
            restoring: .fixture("app"),
            presence: .ordinary,
            state: .crashed,
            since: ago(5),
            crashCount: 3,
            crashReason: reason,
            placementError: "",
            modificationTag: ModificationTag(epoch: "epoch"),
            internalRoutes: [],
            metricTags: [:],
            routable: false,
            availabilityZone: ""
        )
        let snapshot = ConvergenceSnapshot.fixture([.fixture("app")], [crashed])
        #expect(
            try #require(explain("app", in: snapshot)).text(at: now) == """
                app: 0 of 1 instance running
                  app/0 is CRASHED
                    image: The registry r.example has no web@sha256:0123456789ab…; check the
                      name.
                      - this was crash number 3
                    back-off: it has crashed 3 times and waits before the next try
                      next try in 25 s
                """
        )
    }

    @Test("an app, an instance and an instance guid can be asked for")
    func subjects() throws {
        let snapshot = ConvergenceSnapshot.fixture(
            [.fixture("guid-v1", instances: 2)],
            [.fixture(.fixture("guid-v1", 1), .claimed(on: "a", instance: "one-two"))]
        )
        #expect(explain("guid", in: snapshot)?.instances.map(\.index) == [0, 1])
        #expect(explain("guid-v1/1", in: snapshot)?.instances.map(\.index) == [1])
        #expect(explain("one-two", in: snapshot)?.instances.map(\.state) == ["CLAIMED"])
        #expect(explain("one-two", in: snapshot)?.firstBlocker?.stage == .health)
    }

    @Test("a lost cell is told, and that nothing is desired, and that no cell is left")
    func remarks() throws {
        let snapshot = ConvergenceSnapshot.fixture([], [.fixture(.fixture("app"), .running(on: "a"))], cells: [])
        let explanation = try #require(explain("app", in: snapshot))
        #expect(explanation.remarks == ["it is not desired any more", "no cell is alive: start one with martlet cell"])
        #expect(explanation.firstBlocker?.text == "its cell a is lost")
    }

    @Test("what is scaled to nothing is still desired")
    func scaledToNothing() throws {
        let explanation = try #require(explain("app", in: .fixture([.fixture("app", instances: 0)])))
        #expect(explanation.remarks == ["no instances are desired"])
    }

    @Test("what runs though nobody wants it tells why, and what can be done")
    func unwanted() throws {
        func finding(_ change: (inout ConvergenceSnapshot) -> Void) throws -> Finding? {
            let running = (0..<12).map { ActualLRP.fixture(.fixture("ghost", $0), .running(on: "a")) }
            var snapshot = ConvergenceSnapshot.fixture([], running)
            change(&snapshot)
            return try #require(explain("ghost", in: snapshot)).firstBlocker
        }
        #expect(
            try finding { $0.brake() }
                == Finding(
                    .desired,
                    "it is not desired, but the brake is on",
                    evidence: ["\(BrakeReport(stops: 12, running: 12))"],
                    remedy: "desire it again, or martlet convergence release"
                )
        )
        #expect(
            try finding { $0.decide("ghost") }
                == Finding(
                    .desired,
                    "it is not desired",
                    evidence: ["event 7 decided that it stops", "a is asked to stop it"]
                )
        )
        #expect(try finding { $0.freshDomains = [] }?.text == "it is not desired, but its domain apps is not fresh")
        #expect(try finding { _ in }?.evidence == ["the next convergence pass stops it"])
    }

    @Test("one, two and many read well")
    func numbers() throws {
        func text(_ count: Int, beside wanted: Int) throws -> String {
            let running = (0..<count).map { ActualLRP.fixture(.fixture("app", $0), .running(on: "a")) }
            return try #require(explain("app", in: .fixture([.fixture("app", instances: wanted)], running)))
                .text(at: now)
        }
        #expect(try text(2, beside: 2) == "app: 2 of 2 instances running\n  app/0 and app/1 are RUNNING on a")
        #expect(try text(2, beside: 1).contains("desired: only one instance is desired\n"))
        #expect(try text(3, beside: 2).contains("desired: only 2 instances are desired\n"))
        #expect(try text(1, beside: 0).hasPrefix("app:\n  no instances are desired\n  app/0 is RUNNING on a\n"))
        let beyond = explain("app/7", in: .fixture([.fixture("app")]))?.text(at: now)
        #expect(beyond == "app/7:\n  there is no instance 7: only instance 0 is desired")
    }

    @Test("a large app stays readable: those that are well in one line, and the rest counted")
    func large() throws {
        let well = (0..<1_000).map { ActualLRP.fixture(.fixture("app", $0), .running(on: $0 % 2 == 0 ? "a" : "b")) }
        let snapshot = ConvergenceSnapshot.fixture([.fixture("app", instances: 1_000)], well)
        #expect(
            try #require(explain("app", in: snapshot)).text(at: now)
                == "app: 1000 of 1000 instances running\n  app/0 to app/999, 1000 instances, are RUNNING on a and b"
        )
        let claimed = (0..<50).map { index in
            ActualLRP.fixture(.fixture("app", index), .claimed(on: "a", instance: "i\(index)"))
        }
        let starting = ConvergenceSnapshot.fixture([.fixture("app", instances: 50)], claimed)
        let text = try #require(explain("app", in: starting)).text(at: now)
        #expect(text.hasSuffix("\n  and 30 more instances; --json tells of each"))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }
}
