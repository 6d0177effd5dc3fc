import MartletBBSAPI
import MartletHTTP
import MartletModels
import MartletStore
import MartletTestSupport
import Testing

@testable import MartletServer

@Suite("Operator API")
struct OperatorHandlersTests {
    private func get(
        _ cluster: Cluster,
        _ path: String,
        query: String? = nil,
        method: HTTPMethod = .get
    ) async throws -> (HTTPStatus, String) {
        let request = HTTPRequest(method, path, query: query)
        let answer = try await cluster.operatorTransport.send(request, timeout: .seconds(1))
        return (answer.status, String(decoding: answer.body, as: UTF8.self))
    }

    @Test("why tells the verdict on every cell, as text and as JSON")
    func why() async throws {
        let cluster = try await Cluster(cells: ["a", "b"])
        try await cluster.bbs.desire(.fixture("app", memoryMB: 4_096))
        await cluster.role.auctioneer.auction()
        let (status, text) = try await get(cluster, "/martlet/v1/why/app", query: "format=text")
        #expect(status == .ok)
        #expect(
            text == """
                app: 0 of 1 instance running
                  app/0 is UNCLAIMED
                    placement: insufficient resources: memory
                      - a: memory: needs 4096 MB, has 1024 MB
                      - b: memory: needs 4096 MB, has 1024 MB
                      next try in 30 s
                      to change it: scale something down, or add a cell; martlet cells shows
                        what is left

                """
        )
        let (_, json) = try await get(cluster, "/martlet/v1/why/app/0")
        #expect(json.hasPrefix(#"{"desired":1,"instances":[{"findings":[{"evidence":["a: memory"#))
        #expect(json.contains(#""next_try_nanoseconds":1000030000000000"#))
        #expect(try await get(cluster, "/martlet/v1/why/nobody").0 == .notFound)
    }

    @Test("why tells of a task what it waits for")
    func whyTask() async throws {
        let cluster = try await Cluster(cells: [])
        try await cluster.store.desireTask("migrate", domain: "apps", .fixture())
        let (status, text) = try await get(cluster, "/martlet/v1/why/migrate", query: "format=text")
        #expect(status == .ok)
        #expect(text.hasPrefix("migrate:\n  it is a task and waits for a cell; "))
        _ = try await cluster.store.startTask("migrate", on: "a")
        let running = try await get(cluster, "/martlet/v1/why/migrate", query: "format=text").1
        #expect(running.hasPrefix("migrate:\n  it is a task and has run on a for "))
    }

    @Test("why knows apps by their names, with or without an index, and also when nothing of them is left")
    func whyApp() async throws {
        let cluster = try await Cluster(cells: ["a"], docker: false)
        let app = AppRecord(
            guid: "g1",
            name: "web",
            processGUID: "g1-v2",
            createdAt: .epoch,
            updatedAt: .epoch,
            definition: []
        )
        try await cluster.store.write { (transaction) throws(StoreError) in try transaction.saveApp(app) }
        let gone = try await get(cluster, "/martlet/v1/why/web", query: "format=text")
        #expect(
            gone.1 == """
                web:
                  the app is there, but its desired LRP g1-v2 is gone: push it again

                """
        )
        try await cluster.bbs.desire(.fixture("g1-v2", instances: 3))
        try await cluster.pass()
        let flag = """
                flag: not admitted: feature flag diego_docker is disabled
                  - its root file system is docker:///library/busybox
                  to change it: martlet feature-flags enable diego_docker

            """
        let all = try await get(cluster, "/martlet/v1/why/web", query: "format=text")
        #expect(all.1 == "web: 0 of 3 instances running\n  web/0 to web/2, 3 instances, are UNCLAIMED\n" + flag)
        let one = try await get(cluster, "/martlet/v1/why/web/1", query: "format=text")
        #expect(one.1 == "web/1: 0 of 1 instance running\n  web/1 is UNCLAIMED\n" + flag)
        let process = try await get(cluster, "/martlet/v1/why/g1-v2/1", query: "format=text")
        #expect(process.1 == "g1-v2/1: 0 of 1 instance running\n  g1-v2/1 is UNCLAIMED\n" + flag)
        let beyond = try await get(cluster, "/martlet/v1/why/web/7", query: "format=text")
        #expect(beyond.1.hasSuffix("  there is no instance 7: instances 0 to 2 are desired\n"))
        let nobody = try await get(cluster, "/martlet/v1/why/nobody")
        #expect(nobody.1 == #"{"error":"no app, process, instance or task is called nobody"}"#)
    }

    @Test("passes that found something are numbered records, newest last, and are kept")
    func convergence() async throws {
        let cluster = try await Cluster(docker: false)
        try await cluster.bbs.desire(.fixture("app", instances: 2))
        try await cluster.settle(rounds: 2)
        let records = await cluster.role.convergence.records
        #expect(records.map(\.number) == [1])
        #expect(records.last?.seen.instances == ["process": 2])
        #expect(records.last?.decided == ["refuse": 2])
        #expect(records.last?.seen.liveCells == 3)
        let (status, json) = try await get(cluster, "/martlet/v1/convergence")
        #expect(status == .ok)
        #expect(json.contains(#""number":1"#))
        #expect(try await get(cluster, "/health").0 == .ok)
        let kept = try await cluster.store.read { (store) throws(StoreError) in try store.cycles(newest: 10) }
        #expect(kept.map(\.number) == [1])
    }

    @Test("the brake holds back what nobody decided, shows it, and lets go when told")
    func brake() async throws {
        let cluster = try await Cluster()
        let instances = (0..<12).map { ActualLRPKey.fixture("ghost", $0) }
        for key in instances {
            let instance = ActualLRPInstanceKey.fixture("i-\(key.index)", on: "a")
            await cluster.cells.add(key, instance)
        }
        try await cluster.cells.report(to: cluster.bbs)
        // What has just turned up is not judged yet: more may come.
        #expect(try await cluster.pass().isQuiet)
        try await cluster.wait(30)
        let braked = try await cluster.pass()
        #expect(braked.decided == ["withheld": 12])
        #expect(braked.braked?.hasPrefix("a pass would stop 12 of 12 running instances") == true)
        #expect(await cluster.cells.stops == [])
        #expect(try await get(cluster, "/martlet/v1/convergence/plan").1.contains("withheld ghost/0"))
        #expect(try await get(cluster, "/martlet/v1/convergence/release", method: .post).0 == .accepted)
        #expect(try await cluster.pass().decided == ["retire": 12])
        #expect(await cluster.cells.stops.count == 12)
        #expect(try await cluster.pass().braked == nil)
    }

    @Test("what the brake has held back is looked at when it goes off by itself")
    func brakeGoesOff() async throws {
        let cluster = try await Cluster()
        for index in 0..<12 {
            await cluster.cells.add(.fixture("ghost", index), .fixture("i-\(index)", on: "a"))
        }
        try await cluster.cells.report(to: cluster.bbs)
        try await cluster.pass()
        try await cluster.wait(30)
        #expect(try await cluster.pass().decided == ["withheld": 12])
        // Now more than twice as many run.
        for index in 0..<13 {
            await cluster.cells.add(.fixture("other", index), .fixture("o-\(index)", on: "a"))
        }
        try await cluster.bbs.desire(.fixture("other", instances: 13))
        try await cluster.cells.report(to: cluster.bbs)
        try await cluster.pass()
        #expect(try await cluster.pass().decided["retire"] == 12)
        #expect(try await cluster.net().missedByEvents == [])
    }

    @Test("a removal on record is not braked")
    func removal() async throws {
        let cluster = try await Cluster()
        try await cluster.bbs.desire(.fixture("app", instances: 12))
        try await cluster.settle()
        try await cluster.bbs.removeDesiredLRP("app")
        #expect(try await cluster.pass().decided == ["retire": 12])
    }
}
