import FoundationEssentials
import MartletBBSAPI
import MartletHTTP
import MartletModels
import MartletStore
import MartletTestSupport
import Testing

@testable import MartletServer

@Suite("Passes for operators")
struct OperatorConvergenceTests {
    private let path = "/martlet/v1/convergence"

    private struct Page: Decodable {
        var cycles: [CycleRecord]
        var lastPass: CycleRecord?
    }

    private func decoded<T: Decodable>(_ type: T.Type, _ bytes: some Collection<UInt8>) throws -> T {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(bytes))
    }

    private func send(
        _ cluster: Cluster,
        _ path: String,
        method: HTTPMethod = .get,
        query: String? = nil,
        headers: HTTPHeaders = [:]
    ) async throws -> (status: HTTPStatus, body: String) {
        let request = HTTPRequest(method, path, query: query, headers: headers)
        let answer = try await cluster.operatorTransport.send(request, timeout: .seconds(1))
        return (answer.status, String(decoding: answer.body, as: UTF8.self))
    }

    /// Three passes that find something.
    private func cluster() async throws -> Cluster {
        let cluster = try await Cluster(docker: false)
        for name in ["a1", "a2", "a3"] {
            try await cluster.bbs.desire(.fixture(name))
            try await cluster.pass()
        }
        return cluster
    }

    @Test("the newest are listed oldest first, with the last pass whether or not it found something")
    func list() async throws {
        let cluster = try await cluster()
        let last = try await cluster.pass()
        let kept = await cluster.role.convergence.records.map(\.number)
        #expect(kept.count >= 3 && last.isQuiet)
        let page = try decoded(Page.self, try await send(cluster, path, query: "last=2").body.utf8)
        #expect(page.cycles.map(\.number) == Array(kept.suffix(2)))
        #expect(page.lastPass?.number == last.number)
        let empty = try await Cluster()
        #expect(try await send(empty, path).body == #"{"cycles":[],"last_pass":null}"#)
        #expect(try await send(cluster, path, query: "last=x").status == .badRequest)
    }

    @Test("one is told by its number, and one that is not kept is said to be gone")
    func one() async throws {
        let cluster = try await cluster()
        let record = try #require(await cluster.role.convergence.records.last)
        let answer = try await send(cluster, "\(path)/\(record.number)")
        #expect(try decoded(CycleRecord.self, answer.body.utf8).items == record.items)
        let gone = try await send(cluster, "\(path)/\(record.number + 1)")
        #expect(gone.status == .notFound)
        #expect(gone.body.contains("there was no pass \(record.number + 1) yet"))
        #expect(try await send(cluster, "\(path)/x").status == .badRequest)
    }

    @Test("a stream goes on behind the number that the reader has seen, from the table and then live")
    func stream() async throws {
        let cluster = try await cluster()
        let kept = await cluster.role.convergence.records.map(\.number)
        let request = HTTPRequest(.get, "\(path)/stream", headers: ["Last-Event-ID": "\(kept[0])"])
        let answer = try await cluster.operatorTransport.open(request)
        var frames = ServerSentEvents.events(in: answer.body).makeAsyncIterator()
        var numbers: [String?] = []
        for _ in 1..<kept.count { numbers.append(try await frames.next()?.id) }
        #expect(numbers == kept.dropFirst().map { "\($0)" })
        try await cluster.bbs.desire(.fixture("late"))
        try await cluster.pass()
        let live = try #require(try await frames.next())
        #expect(
            try decoded(CycleRecord.self, live.data.utf8).number
                == (await cluster.role.convergence.records.last?.number)
        )
    }

    @Test("a plan tells what a pass would do, and a release what stops by it")
    func brake() async throws {
        let cluster = try await Cluster()
        #expect(try await send(cluster, "\(path)/plan").body == #"{"decided":{},"items":[],"withheld":[]}"#)
        for index in 0..<12 { await cluster.cells.add(.fixture("ghost", index), .fixture("i-\(index)", on: "a")) }
        try await cluster.cells.report(to: cluster.bbs)
        try await cluster.pass()
        try await cluster.wait(30)
        try await cluster.pass()
        let plan = try await send(cluster, "\(path)/plan", query: "limit=1").body
        #expect(plan.contains(#""decided":{"withheld":12}"#) && plan.contains(#""withheld":["ghost/0: not desired"#))
        let why = try await send(cluster, "/martlet/v1/why/ghost", query: "format=text").body
        #expect(why.contains("but the brake is on") && why.contains("martlet convergence release"))
        let headers: HTTPHeaders = ["X-Martlet-Operator": "ada"]
        let released = try await send(cluster, "\(path)/release", method: .post, headers: headers)
        #expect(released.body == #"{"released":12}"#)
        let last = try await cluster.store.read { (snapshot) throws(StoreError) in
            try snapshot.events(through: try snapshot.lastEventNumber(), limit: 1).first?.event
        }
        #expect(last == .brakeReleased(by: "ada", instances: 12))
    }

    @Test("a plan tells of tasks as well")
    func plannedTasks() async throws {
        let cluster = try await Cluster(cells: ["a"])
        try await cluster.desire("t1")
        try await cluster.settle()
        try await cluster.store.setFeatureFlag(.diegoDocker, enabled: false, by: "a test")
        let plan = try await send(cluster, "\(path)/plan").body
        #expect(plan.contains(#""decided":{"stop-task":1}"#) && plan.contains(#""stop-task t1: on a, "#), "\(plan)")
    }

    @Test("an instance that was given away is explained by its guid")
    func fenced() async throws {
        let cluster = try await Cluster(cells: ["a", "b"])
        try await cluster.bbs.desire(.fixture("app"))
        try await cluster.settle()
        let held = try #require(
            try await cluster.bbs.actualLRPs(ActualLRPsRequest(processGUID: "app")).first?.instanceKey
        )
        await cluster.cells.cut(held.cellID)
        try await cluster.wait(60)
        try await cluster.settle()
        let why = try await send(cluster, "/martlet/v1/why/\(held.instanceGUID)", query: "format=text").body
        let beginning =
            "\(held.instanceGUID):\n  this instance of \(held.cellID) was given away"
        #expect(why.hasPrefix(beginning), "\(why)")
    }
}
