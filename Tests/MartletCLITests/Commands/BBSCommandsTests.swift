import MartletBBSAPI
import MartletCLI
import MartletHTTP
import MartletModels
import Testing

@Suite("Commands over the BBS")
struct BBSCommandsTests {
    private static func lrp(_ index: Int, _ state: ActualLRP.State, crashes: Int = 0) -> ActualLRP {
        ActualLRP(
            restoring: ActualLRPKey(processGUID: ProcessGUID("web"), index: index, domain: DomainName("cf-apps")),
            presence: .ordinary,
            state: state,
            since: ToolRun.start + .seconds(-90),
            crashCount: crashes,
            crashReason: crashes > 0 ? "exit status 1" : "",
            placementError: "no room",
            modificationTag: ModificationTag(epoch: "e"),
            internalRoutes: [],
            metricTags: [:],
            routable: true,
            availabilityZone: ""
        )
    }

    private static let holder = ActualLRPInstanceKey(instanceGUID: InstanceGUID("i"), cellID: CellID("cell-1"))
    private static let netInfo = ActualLRPNetInfo(
        address: "127.0.0.1",
        ports: [PortMapping(containerPort: 8080, hostPort: 61_000)]
    )

    @Test("instances with their place, and why those without one have none")
    func lrps() async {
        let route = BBSRoutes.actualLRPs.handler { request, _ in
            #expect(request == ActualLRPsRequest(cellID: CellID("c"), processGUID: ProcessGUID("web")))
            return ActualLRPsResponse([
                Self.lrp(2, .crashed, crashes: 3), Self.lrp(1, .unclaimed),
                Self.lrp(0, .running(Self.holder, Self.netInfo)),
            ])
        }
        let run = ToolRun()
        #expect(await run.run("lrps web --cell c", routes: [route]) == 0)
        #expect(
            run.output == """
                PROCESS  INDEX  STATE      CELL    ADDRESS            FOR  CRASHES
                web          0  RUNNING    cell-1  127.0.0.1:61000  1 min        0
                web          1  UNCLAIMED  -       -                1 min        0
                web          2  CRASHED    -       -                1 min        3
                web/1 not placed: no room
                web/2 crashed: exit status 1

                """
        )
        let json = ToolRun()
        #expect(await json.run("lrps web --cell c --json", routes: [route]) == 0)
        #expect(json.output.contains(#""host_port" : 61000"#))
        #expect(json.output.contains(#""presence" : "ORDINARY""#))
    }

    @Test("cells with what they have left, and those that do not answer")
    func cells() async {
        let total = CellCapacity(memoryMB: 1_024, diskMB: 4_096, containers: 250)
        let presence = CellPresence(
            cellID: CellID("cell-1"),
            repAddress: "http://127.0.0.1:1800",
            capacity: total,
            rootFSProviders: [RootFSProvider(name: "docker")]
        )
        let state = CellState(
            cellID: CellID("cell-1"),
            repURL: "",
            zone: "",
            rootFSProviders: [],
            available: CellCapacity(memoryMB: 960, diskMB: 4_000, containers: 249),
            total: total
        )
        let routes: [Route] = [
            BBSRoutes.cells.handler { _, _ in CellsResponse([presence]) },
            Route(.get, RepRoutes.state) { _ in HTTPResponse(.ok, body: .bytes(RepJSON.encode(state))) },
        ]
        let run = ToolRun()
        #expect(await run.run("cells", routes: routes) == 0)
        #expect(
            run.output == """
                CELL    STATE  ADDRESS                 MEMORY     DISK  CONTAINERS
                cell-1  up     http://127.0.0.1:1800  64/1024  96/4096       1/250
                In use of all there is, in MiB.

                """
        )
        let silent = ToolRun()
        #expect(await silent.run("cells", routes: [routes[0]]) == 0)
        #expect(silent.output.contains("cell-1  no answer"))
    }

    @Test("domains, one a line")
    func domains() async {
        let route = BBSRoutes.domains.handler { _, _ in DomainsResponse([DomainName("b"), DomainName("a")]) }
        let run = ToolRun()
        #expect(await run.run("domains", routes: [route]) == 0)
        #expect(run.output == "a\nb\n")
    }

    @Test("a refusal of the BBS is its own sentence")
    func refusal() async {
        let route = BBSRoutes.domains.handler { _, _ throws(BBSError) in throw BBSError(.deadlock, "try later") }
        let run = ToolRun()
        #expect(await run.run("domains", routes: [route]) == 1)
        #expect(run.errors == "martlet: try later\n")
    }
}
