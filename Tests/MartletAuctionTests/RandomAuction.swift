import MartletAuction
import MartletModels
import MartletTestSupport

/// The input of an auction, drawn from a seed.
struct RandomAuction {
    var cells: [CellState] = []
    var unreachable: [CellID: String] = [:]
    var requests: [LRPStartRequest] = []
    var tasks: [TaskStartRequest] = []
    var configuration = AuctionConfiguration()

    /// - Parameters:
    ///   - cellLimit: most cells; few give refusals, many give long searches.
    ///   - processLimit: different processes at most; few give many instances of each.
    init(
        seed: UInt64,
        cellLimit: Int,
        processLimit: Int,
        indexLimit: Int,
        plain: Bool = false
    ) {
        var random = SplitMix64(seed: seed)
        let zones = (1...Int.random(in: 1...5, using: &random)).map { "z\($0)" }
        for number in 0..<Int.random(in: 0...cellLimit, using: &random) {
            cells.append(Self.cell(number, zones, plain: plain, processLimit, &random))
        }
        if random.once(in: 3) { unreachable["cell-1b"] = "connection refused" }
        for _ in 0..<Int.random(in: 1...(processLimit + 2), using: &random) {
            requests.append(Self.request(processLimit, indexLimit, plain: plain, &random))
        }
        for number in 0..<(random.once(in: 2) ? 0 : Int.random(in: 0...12, using: &random)) {
            tasks.append(TaskStartRequest(Self.task(number, &random)))
        }
        configuration.startingContainerWeight = random.pick([0, 0.25, 0.25, 3])
        if random.once(in: 5) { configuration.startingContainerCountMaximum = Int.random(in: 1...40, using: &random) }
    }

    private static func cell(
        _ number: Int,
        _ zones: [String],
        plain: Bool,
        _ processLimit: Int,
        _ random: inout SplitMix64
    ) -> CellState {
        var cell = CellState.fixture(
            "cell-\(number)",
            zone: random.pick(zones),
            memoryMB: plain ? random.pick([4_096, 8_192]) : random.pick([0, 256, 1_000, 4_096]),
            diskMB: plain ? 8_192 : random.pick([128, 1_024, 8_192]),
            containers: plain ? 64 : Int.random(in: 0...24, using: &random)
        )
        cell.available.memoryMB -= random.pick([0, 0, 64, 500])
        cell.startingContainerCount = random.pick([0, 0, 1, 2])
        for index in 0..<(random.once(in: 3) ? Int.random(in: 1...4, using: &random) : 0) {
            let process = Int.random(in: 0..<processLimit, using: &random)
            cell.lrps += request("app-\(process)", [100 + index]).work
        }
        if random.once(in: 6) { cell.tasks = [task(900 + number, &random)] }
        guard !plain else { return cell }
        cell.evacuating = random.once(in: 8)
        cell.placementTags = random.once(in: 4) ? ["gpu"] : []
        cell.optionalPlacementTags = random.once(in: 3) ? ["ssd"] : []
        if random.once(in: 6) { cell.rootFSProviders = [RootFSProvider(name: "docker")] }
        if random.once(in: 6) { cell.rootFSProviders = [RootFSProvider(name: "preloaded", properties: ["stack"])] }
        if random.once(in: 3) { cell.volumeDrivers = ["nfs"] }
        return cell
    }

    private static func request(_ guid: String, _ indices: [Int]) -> LRPStartRequest {
        LRPStartRequest(
            processGUID: ProcessGUID(guid),
            domain: "apps",
            indices: indices,
            memoryMB: 64,
            diskMB: 64,
            rootFS: RootFS("docker:///a")
        )
    }

    private static func request(
        _ processLimit: Int,
        _ indexLimit: Int,
        plain: Bool,
        _ random: inout SplitMix64
    ) -> LRPStartRequest {
        let process = Int.random(in: 0..<processLimit, using: &random)
        let count = Int.random(in: 1...indexLimit, using: &random)
        var request = request("app-\(process)", (0..<count).map { _ in Int.random(in: 0..<indexLimit, using: &random) })
        request.memoryMB = random.pick([0, 64, 200])
        request.diskMB = plain ? 64 : random.pick([0, 64, 500])
        if random.once(in: 3) { request.indices = Array(0..<count) }
        request.rootFS = RootFS("docker:///a/image-\(process)")
        guard !plain else { return request }
        if random.once(in: 8) { request.domain = "other" }
        request.rootFS = RootFS(
            random.pick(["docker:///a/b", "docker:///c", "preloaded:stack", "preloaded:other", "oci:x", "nothing"])
        )
        request.placementTags = random.pick([[], [], [], ["gpu"], ["gpu", "ssd"], ["ssd"]])
        if random.once(in: 6) { request.volumeDrivers = ["nfs"] }
        return request
    }

    private static func task(_ number: Int, _ random: inout SplitMix64) -> CellTask {
        CellTask(
            guid: TaskGUID("task-\(number % 10)"),
            domain: "apps",
            memoryMB: random.pick([0, 64, 300]),
            diskMB: random.pick([0, 64, 300]),
            maxPIDs: 0,
            rootFS: RootFS(random.pick(["docker:///a/b", "preloaded:stack"])),
            placementTags: random.once(in: 6) ? ["gpu"] : []
        )
    }
}
