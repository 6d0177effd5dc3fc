import MartletBBSAPI
import MartletModels
import MartletTestSupport
import Testing

@Suite("Cell state and work as JSON")
struct RepJSONTests {
    static let key = ActualLRPKey(processGUID: ProcessGUID("web-1"), index: 0, domain: DomainName("apps"))
    static let running = CellLRP(
        key: key,
        instanceGUID: InstanceGUID("0f4c2a7e-31aa-4d0b-6c1e-77aa"),
        state: .running,
        memoryMB: 256,
        diskMB: 1024,
        maxPIDs: 1024,
        rootFS: RootFS("preloaded:stack4")
    )
    static let task = CellTask(
        guid: TaskGUID("job-1"),
        domain: DomainName("apps"),
        state: .running,
        memoryMB: 256,
        diskMB: 1024,
        maxPIDs: 0,
        rootFS: RootFS("docker:///library/busybox")
    )
    static let state = CellState(
        cellID: CellID("cell_a_0"),
        repURL: "https://cell-a-0.cell.service.cf.internal:1801",
        zone: "z1",
        rootFSProviders: [
            RootFSProvider(name: "docker"), RootFSProvider(name: "preloaded", properties: ["stack4"]),
            RootFSProvider(name: "preloaded+layer", properties: ["stack4"]),
        ],
        available: CellCapacity(memoryMB: 7680, diskMB: 30720, containers: 247),
        total: CellCapacity(memoryMB: 8192, diskMB: 32768, containers: 249),
        lrps: [running],
        tasks: [task]
    )

    /// The example of the cell specification, section 2.2.
    private static let example = """
        {"rep_url":"https://cell-a-0.cell.service.cf.internal:1801","cell_id":"cell_a_0","cell_index":0,
         "RootFSProviders":{"docker":{"type":"arbitrary"},
           "preloaded":{"type":"fixed_set","set":{"stack4":{}}},
           "preloaded+layer":{"type":"fixed_set","set":{"stack4":{}}}},
         "AvailableResources":{"MemoryMB":7680,"DiskMB":30720,"Containers":247},
         "TotalResources":{"MemoryMB":8192,"DiskMB":32768,"Containers":249},
         "LRPs":[{"instance_guid":"0f4c2a7e-31aa-4d0b-6c1e-77aa","process_guid":"web-1","index":0,"domain":"apps",
           "PlacementTags":[],"VolumeDrivers":[],"RootFs":"preloaded:stack4",
           "MemoryMB":256,"DiskMB":1024,"MaxPids":1024,"state":"RUNNING"}],
         "Tasks":[{"TaskGuid":"job-1","Domain":"apps","PlacementTags":null,"VolumeDrivers":[],
           "RootFs":"docker:///library/busybox","MemoryMB":256,"DiskMB":1024,"MaxPids":0,
           "state":"Running","failed":false}],
         "StartingContainerCount":0,"Zone":"z1","Evacuating":false,"VolumeDrivers":[],
         "PlacementTags":[],"OptionalPlacementTags":[],"ProxyMemoryAllocationMB":0}
        """

    @Test("reads the example of the specification, and its own form of it")
    func example() throws {
        #expect(try RepJSON.cellState(from: Array(Self.example.utf8)) == Self.state)
        #expect(try RepJSON.cellState(from: RepJSON.encode(Self.state)) == Self.state)
    }

    @Test("reads keys in any case, null lists and nothing at all, as Go does")
    func lenient() throws {
        let state = try RepJSON.cellState(from: Array(#"{"CELL_ID":"c","lrps":null,"zone":"z","EXTRA":[1]}"#.utf8))
        #expect(state.cellID == CellID("c"))
        #expect(state.zone == "z")
        #expect(state.lrps.isEmpty)
        #expect(try RepJSON.cellWork(from: Array("{}".utf8)) == CellWork(lrps: []))
    }

    @Test("writes work with Go's field names")
    func work() throws {
        var lrp = Self.running
        (lrp.instanceGUID, lrp.state) = (nil, nil)
        let work = CellWork(lrps: [lrp], cellID: CellID("cell_a_0"))
        let json = RepJSON.encode(work)
        #expect(
            String(decoding: json, as: UTF8.self) == """
                {"LRPs":[{"DiskMB":1024,"MaxPids":1024,"MemoryMB":256,"PlacementTags":[],\
                "RootFs":"preloaded:stack4","VolumeDrivers":[],"domain":"apps","index":0,"instance_guid":"",\
                "process_guid":"web-1","state":""}],"Tasks":[],"cell_id":"cell_a_0"}
                """
        )
        #expect(try RepJSON.cellWork(from: json) == work)
        #expect(String(decoding: RepJSON.encode(CellWork(lrps: [])), as: UTF8.self) == #"{"LRPs":[],"Tasks":[]}"#)
    }

    @Test("work carries tasks, whose fields Go spells otherwise than those of instances")
    func taskWork() throws {
        var task = Self.task
        task.state = nil
        let work = CellWork(lrps: [], tasks: [task], cellID: CellID("cell_a_0"))
        let json = RepJSON.encode(work)
        #expect(
            String(decoding: json, as: UTF8.self) == """
                {"LRPs":[],"Tasks":[{"DiskMB":1024,"Domain":"apps","MaxPids":0,"MemoryMB":256,"PlacementTags":[],\
                "RootFs":"docker:///library/busybox","TaskGuid":"job-1","VolumeDrivers":[],"failed":false,\
                "state":""}],"cell_id":"cell_a_0"}
                """
        )
        #expect(try RepJSON.cellWork(from: json) == work)
        let lower = String(decoding: json, as: UTF8.self).lowercased()
        #expect(try RepJSON.cellWork(from: Array(lower.utf8)) == work)
    }

    @Test("numbers out of range are clamped in a state", arguments: [Int.max, Int.min])
    func clamped(number: Int) throws {
        let json = """
            {"AvailableResources":{"MemoryMB":\(number),"DiskMB":\(number),"Containers":\(number)},
             "StartingContainerCount":\(number),"LRPs":[{"index":\(number),"MemoryMB":\(number)}]}
            """
        let limit = number > 0 ? Int(Int32.max) : 0
        let state = try RepJSON.cellState(from: Array(json.utf8))
        #expect(state.available == CellCapacity(memoryMB: limit, diskMB: limit, containers: limit))
        #expect(state.startingContainerCount == limit)
        #expect(state.lrps.map(\.memoryMB) == [limit])
        #expect(state.lrps.map(\.key.index) == [limit])
    }

    @Test("numbers out of range are refused in work", arguments: ["index", "MemoryMB", "DiskMB", "MaxPids"])
    func refused(name: String) {
        for number in [-1, Int(Int32.max) + 1, Int.max] {
            let failure = #expect(throws: RepJSON.Failure.self) {
                try RepJSON.cellWork(from: Array(#"{"LRPs":[{"\#(name)":\#(number)}]}"#.utf8))
            }
            #expect(failure?.text == "\(name) \(number) is out of range")
            guard name != "index" else { continue }
            let ofTask = #expect(throws: RepJSON.Failure.self) {
                try RepJSON.cellWork(from: Array(#"{"Tasks":[{"\#(name)":\#(number)}]}"#.utf8))
            }
            #expect(ofTask?.text == "\(name) \(number) is out of range")
        }
    }

    @Test("a fixed set of nothing offers nothing")
    func emptySet() throws {
        let json = #"{"RootFSProviders":{"preloaded":{"type":"fixed_set","set":{}},"x":{"type":"new"}}}"#
        #expect(try RepJSON.cellState(from: Array(json.utf8)).rootFSProviders.isEmpty)
    }

    @Test("broken bodies are typed failures, never a crash", arguments: UInt64(0)..<20)
    func fuzz(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<50 {
            var bytes = Array(Self.example.utf8)
            for _ in 0..<3 {
                bytes[.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0 ... .max, using: &generator)
            }
            _ = try? RepJSON.cellState(from: bytes)
            _ = try? RepJSON.cellWork(from: bytes)
        }
    }

    @Test("an update of an instance: what stays as it is is not sent, and routes that go are an empty list")
    func liveUpdate() throws {
        let whole = LRPLiveUpdate(internalRoutes: ["a.internal"], metricTags: ["Domain": "x", "index": "0"])
        let cases: [(LRPLiveUpdate, String)] = [
            (LRPLiveUpdate(internalRoutes: []), #""internal_routes":[],"#),
            (LRPLiveUpdate(metricTags: [:]), ""),
            (LRPLiveUpdate(), ""),
            (whole, #""internal_routes":[{"hostname":"a.internal"}],"#),
        ]
        for (update, routes) in cases {
            let bytes = RepJSON.encode(update, of: Self.key, InstanceGUID("i"))
            let tags = update.metricTags.map { $0.isEmpty ? "{}" : #"{"Domain":"x","index":"0"}"# }
            let text =
                #"{"domain":"apps","index":0,"instance_guid":"i","# + routes
                + (tags.map { #""metric_tags":\#($0),"# } ?? "") + #""process_guid":"web-1"}"#
            #expect(String(decoding: bytes, as: UTF8.self) == text)
            #expect(try RepJSON.liveUpdate(from: bytes) == update)
        }
    }

    @Test("an update is read as Go does: null is absent, names of tags keep their case")
    func lenientUpdate() throws {
        func update(_ text: String) throws -> LRPLiveUpdate { try RepJSON.liveUpdate(from: Array(text.utf8)) }
        #expect(try update(#"{"internal_routes":null,"metric_tags":null,"index":99999999999}"#) == LRPLiveUpdate())
        #expect(
            try update(#"{"Internal_Routes":[{"HostName":"a"},{}],"METRIC_TAGS":{"HOSTNAME":"b"}}"#)
                == LRPLiveUpdate(internalRoutes: ["a", ""], metricTags: ["HOSTNAME": "b"])
        )
        for text in ["", "[]", #"{"internal_routes":{}}"#, #"{"metric_tags":{"a":1}}"#] {
            #expect(throws: RepJSON.Failure.self) { try update(text) }
        }
    }
}
