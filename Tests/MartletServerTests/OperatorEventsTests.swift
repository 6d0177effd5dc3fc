import FoundationEssentials
import MartletBBSAPI
import MartletHTTP
import MartletModels
import MartletStore
import MartletTestSupport
import Testing

@testable import MartletServer

@Suite("Events for operators")
struct OperatorEventsTests {
    private func page(_ cluster: Cluster, _ query: String? = nil) async throws -> EventPage {
        let request = HTTPRequest(.get, "/martlet/v1/events", query: query)
        let answer = try await cluster.operatorTransport.send(request, timeout: .seconds(1))
        #expect(answer.status == .ok)
        return try JSONDecoder().decode(EventPage.self, from: Data(answer.body))
    }

    private func line(_ record: EventRecord) -> String { "\(record.number) \(record.subject): \(record.text)" }

    /// A life of an app, without the cells' own reports.
    private func cluster() async throws -> Cluster {
        let cluster = try await Cluster(cells: ["a"])
        let app = AppRecord(
            guid: "g1",
            name: "web",
            processGUID: "g1-v1",
            createdAt: .epoch,
            updatedAt: .epoch,
            definition: []
        )
        try await cluster.store.write { (transaction) throws(StoreError) in try transaction.saveApp(app) }
        try await cluster.bbs.desire(.fixture("g1-v1"))
        try await cluster.bbs.fail(.fixture("g1-v1"), placementError: "no room")
        let instance = ActualLRPInstanceKey.fixture("i", on: "a")
        try await cluster.bbs.claim("g1-v1", index: 0, by: instance)
        try await cluster.bbs.start(
            .fixture("g1-v1"),
            ActualLRPStart(instance: instance, netInfo: ActualLRPNetInfo(address: "192.0.2.1"))
        )
        try await cluster.store.setFeatureFlag(.diegoDocker, enabled: false, by: "ada")
        try await cluster.bbs.removePresence(of: "a", session: "s-a")
        return cluster
    }

    private static let life = [
        "1 apps: the domain is fresh", "2 diego_docker: enabled by a test", "3 a: the cell is there, in zone z1",
        "4 web: desired: 1 of docker:///library/busybox", "5 web/0: created, UNCLAIMED", "6 web/0: UNCLAIMED: no room",
        "7 web/0: UNCLAIMED → CLAIMED on a", "8 web/0: CLAIMED → RUNNING on a", "9 diego_docker: disabled by ada",
        "10 a: the cell is gone",
    ]

    @Test("everything that happened, in words, under the app's name")
    func past() async throws {
        let cluster = try await cluster()
        let page = try await page(cluster)
        #expect(page.events.map(line) == Self.life)
        #expect(page.through == 10 && page.isComplete)
        var running = EventRecord(
            NumberedEvent(number: 8, at: cluster.clock.now, event: .domainUpserted(.init(name: "x", expiresAt: .epoch)))
        )
        (running.kind, running.subject) = ("actual_lrp_instance_changed", "web/0")
        (running.text, running.processGUID, running.index) = ("CLAIMED → RUNNING on a", "g1-v1", 0)
        (running.instanceGUID, running.cellID) = ("i", "a")
        #expect(page.events[7] == running)
    }

    @Test("by pages, from the end, and of one cell")
    func pages() async throws {
        let cluster = try await cluster()
        let first = try await page(cluster, "after=6&limit=3")
        #expect(first.events.map(line) == Array(Self.life[6..<9]))
        #expect(first.through == 9 && !first.isComplete)
        let second = try await page(cluster, "after=9&limit=3")
        #expect(second == EventPage(events: second.events, through: 10, isComplete: true))
        #expect(second.events.map(\.number) == [10])
        #expect(try await page(cluster, "last=2").events.map(\.number) == [9, 10])
        #expect(try await page(cluster, "last=0") == EventPage(events: [], through: 10, isComplete: true))
        #expect(try await page(cluster, "last=3&limit=1&cell=a").events.map(\.number) == [7, 8, 10])
        #expect(try await page(cluster, "after=3&cell=a").events.map(\.number) == [7, 8, 10])
        #expect(try await page(cluster, "cell=b").events.isEmpty)
        let request = HTTPRequest(.get, "/martlet/v1/events", query: "after=x")
        #expect(try await cluster.operatorTransport.send(request, timeout: .seconds(1)).status == .badRequest)
    }

    @Test("the stream goes on where the past ended")
    func stream() async throws {
        let cluster = try await cluster()
        var request = HTTPRequest(.get, "/martlet/v1/events/stream", query: "cell=a")
        request.headers["Last-Event-ID"] = "7"
        let frames = ServerSentEvents.events(in: try await cluster.operatorTransport.open(request).body)
        try await cluster.store.setFeatureFlag(.diegoDocker, enabled: true, by: "ada")
        try await cluster.cells.report(to: cluster.bbs)
        var iterator = frames.makeAsyncIterator()
        var seen: [String] = []
        while seen.count < 3, let frame = try await iterator.next() {
            let record = try JSONDecoder().decode(EventRecord.self, from: Data(frame.data.utf8))
            #expect(frame.id == "\(record.number)" && frame.event == record.kind)
            seen.append(line(record))
        }
        #expect(seen == [Self.life[7], Self.life[9], "12 a: the cell is there, in zone z1"])
    }
}
