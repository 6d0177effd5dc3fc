import MartletBBSAPI
import MartletConvergence
import MartletHTTP
import MartletModels
import MartletStore
import MartletTestSupport
import Testing

@testable import MartletServer

private let refused = "not admitted: feature flag diego_docker is disabled"

@Suite("A server and its cells")
struct ServerRoleTests {
    @Test("instances are placed, spread over the cells, and run")
    func places() async throws {
        let cluster = try await Cluster()
        try await cluster.bbs.desire(.fixture("app", instances: 5))
        let last = try await cluster.settle()
        #expect(await cluster.cells.running == ["a": ["app/0", "app/3"], "b": ["app/1", "app/4"], "c": ["app/2"]])
        #expect(
            try await cluster.records("app") == [
                "0 RUNNING on a", "1 RUNNING on b", "2 RUNNING on c", "3 RUNNING on a", "4 RUNNING on b",
            ]
        )
        #expect(last.isQuiet)
    }

    @Test("instances of a lost cell are replaced, and the suspect goes when the replacement runs")
    func loses() async throws {
        let cluster = try await Cluster()
        try await cluster.bbs.desire(.fixture("app", instances: 3))
        try await cluster.settle()
        await cluster.cells.cut("b")
        try await cluster.wait(20)
        // The first pass lets the presence go, which wakes the second one.
        try await cluster.pass()
        try await cluster.pass()
        #expect(
            try await cluster.records("app") == [
                "0 RUNNING on a", "1 RUNNING on b suspect", "1 UNCLAIMED", "2 RUNNING on c",
            ]
        )
        try await cluster.settle()
        #expect(try await cluster.records("app") == ["0 RUNNING on a", "1 RUNNING on a", "2 RUNNING on c"])
        // Back too late: its start is refused, so it stops the instance by itself.
        await cluster.cells.cut("b", off: false)
        try await cluster.settle()
        #expect(await cluster.cells.running == ["a": ["app/0", "app/1"], "c": ["app/2"]])
    }

    @Test("a cell that comes back before the replacement runs keeps its instances")
    func returns() async throws {
        let cluster = try await Cluster()
        try await cluster.bbs.desire(.fixture("app", instances: 3))
        try await cluster.settle()
        await cluster.cells.cut("b")
        try await cluster.wait(20)
        try await cluster.pass()
        try await cluster.pass()
        await cluster.cells.cut("b", off: false)
        try await cluster.cells.report(to: cluster.bbs)
        try await cluster.settle()
        #expect(try await cluster.records("app") == ["0 RUNNING on a", "1 RUNNING on b", "2 RUNNING on c"])
    }

    @Test("a crashing instance restarts twice at once, then waits longer and longer")
    func crashes() async throws {
        let cluster = try await Cluster()
        await cluster.cells.crash("app")
        try await cluster.bbs.desire(.fixture("app"))
        try await cluster.settle(rounds: 10)
        var lrp = try #require(try await cluster.bbs.actualLRPs().first)
        #expect(lrp.state == .crashed && lrp.crashCount == 3)
        try await cluster.wait(25)
        try await cluster.settle()
        #expect(try await cluster.records("app") == ["0 CRASHED"])
        await cluster.cells.crash("app", false)
        try await cluster.wait(5)
        try await cluster.settle()
        lrp = try #require(try await cluster.bbs.actualLRPs().first)
        #expect(lrp.state.name == .running && lrp.crashCount == 3)
    }

    @Test("the flag stops what comes from images and nothing else, and brings all of it back")
    func flag() async throws {
        let cluster = try await Cluster()
        try await cluster.bbs.desire(.fixture("image", instances: 4))
        try await cluster.bbs.desire(.fixture("stack", instances: 2, rootFS: "preloaded:stack"))
        try await cluster.settle()
        let preloaded = try await cluster.records("stack")
        #expect(await cluster.cells.runningCount == 6)

        try await cluster.store.setFeatureFlag(.diegoDocker, enabled: false, by: "an operator")
        let off = try await cluster.pass()
        #expect(off.decided == ["retire": 4])
        #expect(off.done.stopsRequested == 4)
        // A cell that is stopping an instance is looked after, and not asked again at once.
        #expect(try await cluster.pass().isQuiet)
        cluster.clock.advance(by: .seconds(5))
        let again = try await cluster.pass()
        #expect(again.triggers == ["retry"] && again.decided == ["retire": 4])
        #expect(again.done.stopsRequested == 0 && again.done.stopping == 4)
        try await cluster.settle()
        #expect(await cluster.cells.runningCount == 2)
        #expect(try await cluster.records("stack") == preloaded)
        #expect(try await cluster.records("image") == (0..<4).map { "\($0) UNCLAIMED" })
        #expect(try await cluster.placementErrors("image") == [refused])
        #expect(try await cluster.settle().isQuiet)

        // Every way in stays shut.
        try await cluster.bbs.desire(.fixture("late"))
        try await cluster.bbs.update("image", DesiredLRPUpdate(instances: 5))
        try await cluster.settle()
        #expect(await cluster.cells.runningCount == 2)
        #expect(try await cluster.placementErrors("late") == [refused])

        try await cluster.store.setFeatureFlag(.diegoDocker, enabled: true, by: "an operator")
        try await cluster.settle()
        #expect(await cluster.cells.runningCount == 8)
        #expect(try await cluster.placementErrors("image") == [""])
        #expect(try await cluster.records("stack") == preloaded)
    }

    @Test("a cell that was away while the flag was cleared stops its images when it is back")
    func awayWhileCleared() async throws {
        let cluster = try await Cluster()
        try await cluster.bbs.desire(.fixture("image", instances: 3))
        try await cluster.settle()
        await cluster.cells.cut("b")
        try await cluster.wait(20)
        try await cluster.store.setFeatureFlag(.diegoDocker, enabled: false, by: "an operator")
        try await cluster.settle()
        #expect(await cluster.cells.running == ["b": ["image/1"]])
        await cluster.cells.cut("b", off: false)
        try await cluster.settle()
        #expect(await cluster.cells.running == [:])
        #expect(try await cluster.records("image") == (0..<3).map { "\($0) UNCLAIMED" })
    }

    @Test("a cell is asked for the root file systems that nobody knows, and those from images stop")
    func unknown() async throws {
        let cluster = try await Cluster(docker: false)
        await cluster.cells.add(.fixture("image"), .fixture("i-1", on: "a"))
        await cluster.cells.add(.fixture("stack"), .fixture("i-2", on: "b"), rootFS: "preloaded:stack")
        try await cluster.cells.report(to: cluster.bbs)
        try await cluster.settle()
        #expect(await cluster.role.convergence.wantsRootFS)
        await cluster.role.convergence.learnRootFS()
        try await cluster.settle()
        #expect(await cluster.cells.running == ["b": ["stack/0"]])
    }

    @Test("what is no longer desired is stopped, and a scaled down process loses its last instances")
    func scales() async throws {
        let cluster = try await Cluster()
        try await cluster.bbs.desire(.fixture("app", instances: 4))
        try await cluster.bbs.desire(.fixture("other"))
        try await cluster.settle()
        try await cluster.bbs.update("app", DesiredLRPUpdate(instances: 1))
        try await cluster.bbs.removeDesiredLRP("other")
        try await cluster.settle()
        #expect(try await cluster.records("app") == ["0 RUNNING on a"])
        #expect(try await cluster.records("other") == [])
        #expect(await cluster.cells.running == ["a": ["app/0"]])
    }

    @Test("the net finds nothing that an event should have led to, whatever has happened")
    func netIsEmpty() async throws {
        let cluster = try await Cluster()
        try await cluster.bbs.desire(.fixture("app", instances: 4))
        #expect(try await cluster.net().missedByEvents == [])
        try await cluster.settle()
        try await cluster.bbs.update("app", DesiredLRPUpdate(instances: 2))
        #expect(try await cluster.net().missedByEvents == [])
        try await cluster.settle()
        await cluster.cells.cut("a")
        try await cluster.wait(20)
        #expect(try await cluster.net().missedByEvents == [])
        try await cluster.store.setFeatureFlag(.diegoDocker, enabled: false, by: "an operator")
        #expect(try await cluster.net().missedByEvents == [])
        try await cluster.settle()
        #expect(try await cluster.net().isQuiet)
    }

    @Test("what the net finds although an event should have led to it is counted as a defect")
    func missed() async throws {
        let cluster = try await Cluster()
        try await cluster.bbs.desire(.fixture("app"))
        try await cluster.settle()
        try await cluster.store.setFeatureFlag(.diegoDocker, enabled: false, by: "an operator")
        let last = try await cluster.store.lastEventNumber()
        // As if the event had been heard, and had led to nothing.
        await cluster.role.convergence.forgetWork(upTo: last)
        await cluster.role.convergence.noteEverything(.interval)
        let record = await cluster.role.convergence.pass()
        #expect(record.missedByEvents.count == 1)
        #expect(record.missedByEvents.first?.hasPrefix("retire app/0: diego_docker is disabled") == true)
        #expect(record.done.stopsRequested == 1)
    }

    @Test("nothing stops when a server starts whose cells had no time to speak")
    func restart() async throws {
        let cluster = try await Cluster()
        try await cluster.bbs.desire(.fixture("app", instances: 3))
        try await cluster.settle()
        cluster.clock.advance(by: .seconds(3_600))
        try await cluster.role.prepare()
        #expect(try await cluster.pass().isQuiet)
        cluster.clock.advance(by: .seconds(29))
        #expect(try await cluster.pass().isQuiet)
        cluster.clock.advance(by: .seconds(1))
        #expect(try await cluster.pass().triggers == ["due"])
        #expect(try await cluster.pass().decided == ["suspect": 3])
    }

    @Test(
        "the loops run by events alone: on a clock that stands still everything starts and stops",
        .timeLimit(.minutes(1))
    )
    func loops() async throws {
        let cluster = try await Cluster()
        let events = await cluster.store.subscribe().events
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await cluster.role.run() }
            try await cluster.bbs.desire(.fixture("app", instances: 3))
            var running = 0
            for await event in events {
                try await cluster.cells.report(to: cluster.bbs)
                if case .lrp(.actualLRPChanged(_, let after)) = event.event, after.state.name == .running {
                    running += 1
                }
                if running == 3 { break }
            }
            try await cluster.store.setFeatureFlag(.diegoDocker, enabled: false, by: "an operator")
            var gone = 0
            for await event in events {
                try await cluster.cells.report(to: cluster.bbs)
                if case .lrp(.actualLRPRemoved) = event.event { gone += 1 }
                if gone == 3 { break }
            }
            group.cancelAll()
        }
        #expect(await cluster.cells.runningCount == 0)
        let triggers = Set(await cluster.role.convergence.records.flatMap(\.triggers))
        #expect(triggers.contains("flag-changed") && !triggers.contains("interval") && !triggers.contains("due"))
    }

    @Test(
        "a pass that is asked for is answered with its record, or refused while none are made",
        .timeLimit(.minutes(1))
    )
    func convergeNow() async throws {
        let cluster = try await Cluster()
        #expect(await cluster.role.convergence.convergeNow() == nil)
        let record = await withTaskGroup(of: Void.self) { group in
            group.addTask { await cluster.role.run() }
            while await cluster.role.convergence.lastPass == nil, !Task.isCancelled { await Task.yield() }
            let record = await cluster.role.convergence.convergeNow()
            group.cancelAll()
            return record
        }
        #expect(record?.triggers.contains("requested") == true)
        #expect(record?.isQuiet == true)
        #expect(await cluster.role.convergence.convergeNow() == nil)
    }

    @Test("what found no cell runs as soon as one appears", .timeLimit(.minutes(1)))
    func cellAppears() async throws {
        let cluster = try await Cluster(cells: ["a"])
        try await cluster.bbs.removePresence(of: "a", session: "s-a")
        try await cluster.bbs.desire(.fixture("app"))
        await cluster.role.auctioneer.auction()
        #expect(try await cluster.placementErrors("app") == ["unable to communicate to compatible cells"])
        cluster.clock.advance(by: .seconds(1))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await cluster.role.run() }
            while await cluster.role.convergence.lastPass == nil, !Task.isCancelled { await Task.yield() }
            while try await cluster.records("app") != ["0 RUNNING on a"], !Task.isCancelled {
                cluster.clock.advance(by: .milliseconds(1))
                try await cluster.cells.report(to: cluster.bbs)
                await Task.yield()
            }
            group.cancelAll()
        }
    }
}
