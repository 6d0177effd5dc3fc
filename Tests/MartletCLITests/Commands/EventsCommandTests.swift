import FoundationEssentials
import MartletBBSAPI
import MartletCLI
import MartletHTTP
import MartletModels
import Synchronization
import Testing

@Suite("Command events")
struct EventsCommandTests {
    private static let key = ActualLRPKey(
        processGUID: ProcessGUID("2c7b1a52-6f1e-4bd1-9c39-0c0e7e9b2f10-5d0f4c1e-98a4-4d5e-8d5b-3f6f3a3b6c11"),
        index: 12,
        domain: DomainName("cf-apps")
    )

    private static func lrp(_ state: ActualLRP.State, crashes: Int = 0) -> ActualLRP {
        ActualLRP(
            restoring: key,
            presence: .ordinary,
            state: state,
            since: ToolRun.start,
            crashCount: crashes,
            crashReason: "the image 127.0.0.1:5087/web:v1 is gone from the registry",
            placementError: "",
            modificationTag: ModificationTag(epoch: "e"),
            internalRoutes: [],
            metricTags: [:],
            routable: true,
            availabilityZone: ""
        )
    }

    private static let holder = ActualLRPInstanceKey(instanceGUID: InstanceGUID("i"), cellID: CellID("cell-1"))

    private static func record(_ number: Int64, _ event: StoreEvent, seconds: Int = 0, app: String? = nil)
        -> EventRecord
    {
        let at = ToolRun.start + .seconds(seconds)
        return EventRecord(NumberedEvent(number: number, at: at, event: event), appName: app)
    }

    private static let flag = FeatureFlag(name: .diegoDocker, enabled: true)
    private static let off = FeatureFlag(name: .diegoDocker, enabled: false)
    private static let past = [
        record(998, .lrp(.actualLRPChanged(before: lrp(.unclaimed), after: lrp(.claimed(holder)))), app: "web"),
        record(999, .lrp(.actualLRPCrashed(before: lrp(.claimed(holder)), after: lrp(.crashed, crashes: 2)))),
        record(1_000, .featureFlagChanged(before: flag, after: off, by: "operator"), seconds: 86_400),
    ]

    private static func page(_ records: ArraySlice<EventRecord>, isComplete: Bool = true) throws -> String {
        let page = EventPage(events: Array(records), through: records.last?.number ?? 0, isComplete: isComplete)
        return String(decoding: try JSONEncoder().encode(page), as: UTF8.self)
    }

    @Test("what happened, in lines of at most 80 columns, day by day")
    func past() async throws {
        let body = try Self.page(Self.past[...])
        let route = Route(.get, "/martlet/v1/events") { request in
            #expect(request.query == "last=100&cell=a%2Fb")
            return HTTPResponse(.ok, body: .bytes(Array(body.utf8)))
        }
        let run = ToolRun()
        #expect(await run.run("events --cell a/b", routes: [route]) == 0)
        #expect(run.output == Self.golden)
        #expect(run.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test("nothing is said to have happened, rather than nothing said")
    func none() async throws {
        let run = ToolRun()
        let route = Route.json(.get, "/martlet/v1/events", .ok, try Self.page([]))
        #expect(await run.run("events -n 5", routes: [route]) == 0)
        #expect(run.output == "No events.\n")
    }

    @Test("from a number on, page by page, as JSON lines")
    func json() async throws {
        let pages = [try Self.page(Self.past[..<2], isComplete: false), try Self.page(Self.past[2...])]
        let route = Route(.get, "/martlet/v1/events") { request in
            let body = request.query == "after=5" ? pages[0] : pages[1]
            #expect(["after=5", "after=999"].contains(request.query))
            return HTTPResponse(.ok, body: .bytes(Array(body.utf8)))
        }
        let run = ToolRun()
        #expect(await run.run("events --after 5 --json", routes: [route]) == 0)
        let lines = run.output.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(
            lines.last == """
                {"by":"operator","kind":"feature_flag_changed","number":1000,"subject":"diego_docker",\
                "text":"disabled by operator","time":"2026-11-19T11:06:40.000Z"}
                """
        )
    }

    @Test("following goes on behind the past, takes a broken stream up where it broke, and gives up in the end")
    func follow() async throws {
        let asked = Mutex<[String]>([])
        let page = try Self.page(Self.past[..<1])
        let streamed = try Self.past[1...].map { record in
            let data = String(decoding: try JSONEncoder().encode(record), as: UTF8.self)
            return ServerSentEvent(id: "\(record.number)", event: record.kind, data: data).encoded
        }
        let stream = Route(.get, "/martlet/v1/events/stream") { request in
            let count = asked.withLock { asked in
                asked.append(request.headers["Last-Event-ID"] ?? "")
                return asked.count
            }
            return HTTPResponse(.ok, body: .bytes(count <= 2 ? streamed[count - 1] : []))
        }
        let run = ToolRun()
        let status = await run.run("events --follow", routes: [.json(.get, "/martlet/v1/events", .ok, page), stream])
        #expect(status == 1)
        #expect(run.output == Self.golden)
        #expect(run.errors == "martlet: the server ends the event stream; try: the same command again\n")
        #expect(asked.withLock { $0 } == ["998", "999"] + Array(repeating: "1000", count: 10))
    }

    private static let golden = """
        2026-11-18 UTC
            998  11:06:40  web/12                  UNCLAIMED → CLAIMED on cell-1
            999  11:06:40  2c7b1a52-6f1e-4bd1…/12  crashed for the 2nd time on cell-1:
                                                   the image 127.0.0.1:5087/web:v1 is
                                                   gone from the registry
        2026-11-19 UTC
           1000  11:06:40  diego_docker            disabled by operator

        """
}
