import MartletBBSAPI
import MartletHTTP
import MartletModels
import MartletStore
import MartletTestSupport
import Testing

@testable import MartletServer

@Suite("BBS handlers")
struct BBSHandlersTests {
    private func refusal(_ body: () async throws(BBSClientError) -> Void) async -> BBSError.Kind? {
        do throws(BBSClientError) { try await body() } catch {
            if case .bbs(let error) = error { return error.kind }
            return nil
        }
        return nil
    }

    @Test("every route of the API is served, and no other")
    func table() async throws {
        let cluster = try await Cluster()
        #expect(Set(cluster.role.bbsRoutes.map(\.pattern)) == Set(BBSRoutes.paths))
        #expect(cluster.role.bbsRoutes.allSatisfy { $0.method == .post })
    }

    @Test("an undecodable message is an invalid request inside status 200, on every route that reads one")
    func undecodable() async throws {
        let cluster = try await Cluster()
        let ignoring: Set = [BBSRoutes.ping.path, BBSRoutes.domains.path, BBSRoutes.cells.path]
        for route in cluster.role.bbsRoutes where !ignoring.contains(route.pattern) {
            let answer = try await cluster.transport.send(
                HTTPRequest(.post, route.pattern, body: [0x0A, 0xFF]),
                timeout: .seconds(1)
            )
            if route.pattern == BBSRoutes.instanceEventsPath {
                #expect(answer.status == .internalServerError && answer.body.isEmpty)
                continue
            }
            #expect(answer.status == .ok, "\(route.pattern)")
            #expect(answer.headers["Content-Type"] == "application/x-protobuf")
            let text = String(decoding: answer.body, as: UTF8.self)
            #expect(text.hasSuffix("the request received is invalid"), "\(route.pattern)")
            #expect(Array(answer.body.dropFirst(2).prefix(2)) == [0x08, 4])
        }
    }

    @Test("success without content is an empty body")
    func empty() async throws {
        let cluster = try await Cluster()
        let answer = try await cluster.transport.send(
            HTTPRequest(.post, "/v1/actual_lrps/list", body: []),
            timeout: .seconds(1)
        )
        #expect(answer.status == .ok && answer.body.isEmpty)
        #expect(answer.headers["Content-Type"] == "application/x-protobuf")
    }

    @Test("ping, domains and cells")
    func small() async throws {
        let cluster = try await Cluster(cells: ["a", "b"])
        #expect(try await cluster.bbs.ping())
        try await cluster.bbs.upsert("short", timeToLiveSeconds: 3)
        #expect(try await cluster.bbs.domains() == ["apps", "short"])
        #expect(try await cluster.bbs.cells() == [.fixture("a"), .fixture("b")])
        try await cluster.bbs.removePresence(of: "a", session: "another")
        #expect(try await cluster.bbs.cells().count == 2)
        try await cluster.bbs.removePresence(of: "a", session: "s-a")
        cluster.clock.advance(by: .seconds(3))
        #expect(try await cluster.bbs.domains() == ["apps"])
        #expect(try await cluster.bbs.cells() == [.fixture("b")])
    }

    @Test("desired LRPs: desire, list, get, update, remove, and their refusals")
    func desired() async throws {
        let cluster = try await Cluster()
        try await cluster.bbs.desire(.fixture("one", instances: 2))
        try await cluster.bbs.desire(.fixture("two", domain: "else"))
        #expect(
            await refusal { () throws(BBSClientError) in try await cluster.bbs.desire(.fixture("one")) }
                == .resourceExists
        )
        #expect(try await cluster.bbs.desiredLRPs(DesiredLRPsRequest(domain: "else")).map(\.processGUID) == ["two"])
        #expect(try await cluster.bbs.schedulingInfos().map(\.processGUID) == ["one", "two"])
        #expect(try await cluster.bbs.schedulingInfo("one").instances == 2)
        try await cluster.bbs.update("one", DesiredLRPUpdate(instances: 3, annotation: "new"))
        let updated = try await cluster.bbs.desiredLRP("one")
        #expect(updated.instances == 3 && updated.annotation == "new" && updated.modificationTag.index == 1)
        #expect(try await cluster.records("one").count == 3)
        try await cluster.bbs.removeDesiredLRP("one")
        #expect(
            await refusal { () throws(BBSClientError) in _ = try await cluster.bbs.desiredLRP("one") }
                == .resourceNotFound
        )
        #expect(
            await refusal { () throws(BBSClientError) in try await cluster.bbs.removeDesiredLRP("one") }
                == .resourceNotFound
        )
        #expect(try await cluster.records("one") == [])
        var invalid = DesiredLRP.fixture("bad")
        invalid.rootFS = RootFS("nothing")
        #expect(await refusal { () throws(BBSClientError) in try await cluster.bbs.desire(invalid) } == .invalidRequest)
    }

    @Test("actual LRPs: claim, start, crash, fail, remove, and their refusals")
    func actual() async throws {
        let cluster = try await Cluster()
        let (bbs, key) = (cluster.bbs, ActualLRPKey.fixture("app"))
        let mine = ActualLRPInstanceKey.fixture("i-1", on: "a")
        let other = ActualLRPInstanceKey.fixture("i-2", on: "b")
        let start = ActualLRPStart(instance: mine, netInfo: ActualLRPNetInfo(address: "192.0.2.1"))
        #expect(
            await refusal { () throws(BBSClientError) in try await bbs.claim("app", index: 0, by: mine) }
                == .resourceNotFound
        )
        try await bbs.desire(.fixture("app"))
        try await bbs.fail(key, placementError: "no room")
        #expect(try await cluster.placementErrors("app") == ["no room"])
        try await bbs.claim("app", index: 0, by: mine)
        try await bbs.claim("app", index: 0, by: mine)
        #expect(
            await refusal { () throws(BBSClientError) in try await bbs.claim("app", index: 0, by: other) }
                == .actualLRPCannotBeClaimed
        )
        #expect(
            await refusal { () throws(BBSClientError) in try await bbs.fail(key, placementError: "x") }
                == .actualLRPCannotBeFailed
        )
        try await bbs.start(key, start)
        let started = ActualLRPStart(instance: other, netInfo: ActualLRPNetInfo(address: "192.0.2.2"))
        #expect(
            await refusal { () throws(BBSClientError) in try await bbs.start(key, started) }
                == .actualLRPCannotBeStarted
        )
        #expect(
            await refusal { () throws(BBSClientError) in try await bbs.crash(key, other, reason: "") }
                == .actualLRPCannotBeCrashed
        )
        try await bbs.crash(key, mine, reason: "boom")
        #expect(try await cluster.records("app") == ["0 UNCLAIMED"])
        try await bbs.start(key, start)
        #expect(
            await refusal { () throws(BBSClientError) in
                try await bbs.removeActualLRP("app", index: 0, heldBy: other)
            } == .resourceNotFound
        )
        try await bbs.removeActualLRP("app", index: 0, heldBy: mine)
        #expect(try await cluster.records("app") == [])
        try await bbs.fail(key, placementError: "gone")
    }

    @Test("with the flag off, a claim and a start are refused, so that the cell gives the instance up")
    func flag() async throws {
        let cluster = try await Cluster(docker: false)
        try await cluster.bbs.desire(.fixture("app"))
        let instance = ActualLRPInstanceKey.fixture("i-1", on: "a")
        let start = ActualLRPStart(instance: instance, netInfo: ActualLRPNetInfo(address: "192.0.2.1"))
        #expect(
            await refusal { () throws(BBSClientError) in
                try await cluster.bbs.claim("app", index: 0, by: instance)
            } == .actualLRPCannotBeClaimed
        )
        #expect(
            await refusal { () throws(BBSClientError) in
                try await cluster.bbs.start(.fixture("app"), start)
            } == .actualLRPCannotBeStarted
        )
    }

    @Test("retire deletes what nobody holds and asks the cell otherwise; convergence starts another")
    func retire() async throws {
        let cluster = try await Cluster()
        try await cluster.bbs.desire(.fixture("app"))
        try await cluster.bbs.retire(.fixture("app"))
        #expect(try await cluster.records("app") == [])
        #expect(
            await refusal { () throws(BBSClientError) in try await cluster.bbs.retire(.fixture("app")) }
                == .resourceNotFound
        )
        try await cluster.settle()
        #expect(try await cluster.records("app") == ["0 RUNNING on a"])
        try await cluster.bbs.retire(.fixture("app"))
        #expect(await cluster.cells.stops.map(\.cellID) == ["a"])
        await cluster.cells.cut("a")
        #expect(
            await refusal { () throws(BBSClientError) in try await cluster.bbs.retire(.fixture("app")) }
                == .unknownError
        )
        #expect(try await cluster.records("app") == ["0 RUNNING on a"])
    }
}

@Suite("The instance event stream")
struct InstanceEventsTests {
    @Test("frames carry the store's numbers, and nothing after the answer is missing")
    func frames() async throws {
        let cluster = try await Cluster()
        let stream = try await cluster.bbs.events()
        let before = try await cluster.store.lastEventNumber()
        try await cluster.bbs.desire(.fixture("app"))
        try await cluster.bbs.claim("app", index: 0, by: .fixture("i", on: "a"))
        let expected = [
            "\(before + 1) desired_lrp_created", "\(before + 2) actual_lrp_instance_created",
            "\(before + 3) actual_lrp_instance_changed",
        ]
        #expect(try await seen(stream, 3) == expected)
        let later = try await cluster.bbs.events(lastEventID: "\(before + 1)")
        #expect(try await seen(later, 2) == Array(expected[1...]))
        // Cells and flags have numbers too, but no frames here.
        #expect(try await seen(try await cluster.bbs.events(lastEventID: "0"), 3) == expected)
    }

    @Test("a number that is not given out yet, or none at all, begins now", arguments: ["1000000", "", "x"])
    func fromNow(id: String) async throws {
        let cluster = try await Cluster()
        try await cluster.bbs.desire(.fixture("old"))
        let stream = try await cluster.bbs.events(lastEventID: id)
        let before = try await cluster.store.lastEventNumber()
        try await cluster.bbs.desire(.fixture("new", instances: 0))
        #expect(try await seen(stream, 1) == ["\(before + 1) desired_lrp_created"])
    }

    private func seen(_ stream: AsyncThrowingStream<ReceivedEvent, any Error>, _ count: Int) async throws -> [String] {
        var seen: [String] = []
        var events = stream.makeAsyncIterator()
        while seen.count < count, let event = try await events.next() { seen.append("\(event.id) \(event.event.name)") }
        return seen
    }

    @Test("a cell's stream has only that cell's instances, and every desired LRP")
    func filtered() async throws {
        let cluster = try await Cluster()
        let stream = try await cluster.bbs.events(cellID: "b")
        try await cluster.bbs.desire(.fixture("app", instances: 2))
        try await cluster.bbs.claim("app", index: 0, by: .fixture("i", on: "a"))
        try await cluster.bbs.claim("app", index: 1, by: .fixture("j", on: "b"))
        var events = stream.makeAsyncIterator()
        let first = try #require(try await events.next())
        let second = try #require(try await events.next())
        #expect(first.event.name == "desired_lrp_created")
        guard case .actualLRPChanged(let key, let instance, _, _) = second.event else {
            Issue.record("\(second)")
            return
        }
        #expect(key.index == 1 && instance?.cellID == "b")
    }

    @Test("a reader that falls too far behind gets what was kept, and then the end; it comes again for the rest")
    func slow() async throws {
        let cluster = try await Cluster(eventLimit: 4)
        let stream = try await cluster.bbs.events()
        for number in 0..<8 { try await cluster.bbs.desire(.fixture("app-\(number)", instances: 0)) }
        let first = try await seen(stream, 100)
        #expect(first.count == 4)
        let id = first.last?.prefix { $0 != " " } ?? ""
        let rest = try await seen(try await cluster.bbs.events(lastEventID: String(id)), 4)
        let last = try await cluster.store.lastEventNumber()
        #expect(first + rest == (last - 7...last).map { "\($0) desired_lrp_created" })
    }

    @Test(
        "new routes and tags of a desired LRP are told to the instances that run, and to no other",
        .timeLimit(.minutes(1))
    )
    func liveUpdate() async throws {
        let cluster = try await Cluster()
        try await cluster.bbs.desire(.fixture("app", instances: 3))
        try await cluster.bbs.desire(.fixture("other"))
        try await cluster.settle()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await cluster.role.updater.run() }
            // Neither of these concerns an instance that runs.
            try await cluster.bbs.update(ProcessGUID("app"), DesiredLRPUpdate(annotation: "new"))
            let opaque = ["cf-router": Array("[1]".utf8)]
            try await cluster.bbs.update(ProcessGUID("app"), DesiredLRPUpdate(routes: opaque))
            let routes = ["internal-router": Array(#"[{"hostname":"a"}]"#.utf8)]
            let tags = ["i": MetricTagValue(dynamic: .index)]
            let update = DesiredLRPUpdate(instances: 2, routes: routes, metricTags: tags)
            try await cluster.bbs.update(ProcessGUID("app"), update)
            while await cluster.cells.updates.count < 2, !Task.isCancelled { await Task.yield() }
            group.cancelAll()
        }
        let updates = await cluster.cells.updates.sorted { $0.key < $1.key }
        #expect(updates.map(\.key) == [.fixture("app", 0), .fixture("app", 1)])
        #expect(
            updates.map(\.update) == [
                LRPLiveUpdate(internalRoutes: ["a"], metricTags: ["i": "0"]),
                LRPLiveUpdate(internalRoutes: ["a"], metricTags: ["i": "1"]),
            ]
        )
    }
}
