import MartletBBSAPI
import MartletHTTP
import MartletModels
import Testing

@Suite("Cell client")
struct RepClientTests {
    private let cell = CellPresence(
        cellID: CellID("c"),
        repAddress: "http://10.0.0.1:1800",
        capacity: CellCapacity(memoryMB: 1, diskMB: 1, containers: 1),
        rootFSProviders: []
    )

    @Test("asks for the state")
    func state() async throws {
        let route = Route(.get, RepRoutes.state) { _ in
            HTTPResponse(.ok, body: .bytes(RepJSON.encode(RepJSONTests.state)))
        }
        #expect(try await RepClient(transport: RouteTableTransport([route])).state(of: cell) == RepJSONTests.state)
    }

    @Test("a cell that cannot reach its containers says 503")
    func unhealthy() async {
        let route = Route(.get, RepRoutes.state) { _ in
            HTTPResponse(.serviceUnavailable, body: .bytes(RepJSON.encode(RepJSONTests.state)))
        }
        await #expect(throws: RepClientError.status(.serviceUnavailable)) {
            try await RepClient(transport: RouteTableTransport([route])).state(of: cell)
        }
    }

    @Test("hands over work, and returns what was not taken")
    func work() async throws {
        let work = CellWork(lrps: [RepJSONTests.running], cellID: CellID("c"))
        let route = Route(.post, RepRoutes.work) { request in
            #expect(request.headers["X-Vcap-Request-Id"] == "t")
            return HTTPResponse(.ok, body: .bytes(request.body))
        }
        let client = RepClient(transport: RouteTableTransport([route]))
        #expect(try await client.perform(work, on: cell, traceID: "t") == work)
    }

    @Test("asks to stop an instance, and takes nothing but 202 for yes", arguments: [202, 200, 404, 500])
    func stop(status: Int) async throws {
        let route = Route(.post, RepRoutes.stop) { request in
            #expect(request.parameters == ["process_guid": "p/1", "instance_guid": "i"])
            #expect(request.headers["X-Vcap-Request-Id"] == nil)
            return HTTPResponse(HTTPStatus(rawValue: status))
        }
        let client = RepClient(transport: RouteTableTransport([route]))
        do {
            try await client.stop(ProcessGUID("p/1"), InstanceGUID("i"), on: cell)
            #expect(status == 202)
        } catch {
            #expect(error == .status(HTTPStatus(rawValue: status)))
        }
    }

    private static let update = LRPLiveUpdate(internalRoutes: ["a"], metricTags: ["t": "x"])

    @Test("tells an instance what to take over, and takes nothing but 202 for yes", arguments: [202, 200, 500])
    func update(status: Int) async throws {
        let route = Route(.put, RepRoutes.update) { request in
            #expect(request.parameters == ["process_guid": "web-1", "instance_guid": "i"])
            #expect(request.headers["X-Vcap-Request-Id"] == "t")
            #expect((try? RepJSON.liveUpdate(from: request.body)) == Self.update)
            return HTTPResponse(HTTPStatus(rawValue: status))
        }
        let client = RepClient(transport: RouteTableTransport([route]))
        do {
            try await client.update(RepJSONTests.key, InstanceGUID("i"), Self.update, on: cell, traceID: "t")
            #expect(status == 202)
        } catch {
            #expect(error == .status(HTTPStatus(rawValue: status)))
        }
    }

    @Test("an older cell is told the routes alone, and one that knows no updates at all is left alone")
    func olderCells() async throws {
        let route = Route(.put, RepRoutes.updateRoutes) { request in
            let update = try? RepJSON.liveUpdate(from: request.body)
            return HTTPResponse(update == LRPLiveUpdate(internalRoutes: ["a"]) ? .accepted : .internalServerError)
        }
        for routes in [[route], []] {
            let client = RepClient(transport: RouteTableTransport(routes))
            try await client.update(RepJSONTests.key, InstanceGUID("i"), Self.update, on: cell)
            try await client.update(RepJSONTests.key, InstanceGUID("i"), LRPLiveUpdate(metricTags: [:]), on: cell)
        }
    }
}
