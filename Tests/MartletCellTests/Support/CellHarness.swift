import MartletBBSAPI
import MartletHTTP
import MartletLinux
import MartletLog
import MartletModels
import MartletTestSupport
import Testing

@testable import MartletCell

/// A cell on a simulated machine, against a BBS that is a value.
final class CellHarness: Sendable {
    let machine = SimulatedMachine()
    let board = FakeBoard()
    let clock = SimulatedClock()
    let lines = RecordingLog()
    let directory: ScratchDirectory
    /// The file of the current life.
    let path: Locked<String>

    static let key = ActualLRPKey.fixture("app")
    static let cellID: CellID = "cell-1"

    init() throws {
        directory = try ScratchDirectory()
        path = Locked("\(directory.path)/life-0.sqlite")
    }

    var configuration: CellConfiguration {
        let total = CellCapacity(memoryMB: 1_024, diskMB: 4_096, containers: 16)
        return CellConfiguration(
            executor: ExecutorConfiguration(cellID: Self.cellID, total: total),
            repAddress: "http://192.0.2.1:1801",
            rootFSProviders: RootFSProvider.fixtures
        )
    }

    func makeCell(_ life: Life = Life()) throws -> CellRole {
        let ports = ExecutorPorts(
            runtime: SimulatedRuntime(machine: machine, life: life),
            rootFS: SimulatedRootFS(machine: machine, life: life),
            appLog: lines,
            clock: CellClock(clock)
        )
        return try CellRole(
            configuration,
            bbs: SimulatedBoard(board: board, life: life),
            ports: ports,
            path: path.withLock { $0 },
            log: .discarding
        )
    }

    /// Runs a cell as long as `body` works, and lets it shut down.
    func withCell<R: Sendable>(
        _ life: Life = Life(),
        _ body: (CellRole) async throws -> R
    ) async throws -> R {
        let cell = try makeCell(life)
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await cell.run() }
            let result = try await body(cell)
            tasks.cancelAll()
            return result
        }
    }

    /// A desired LRP that a preloaded stack runs, known to the board.
    func desire(
        _ change: (inout DesiredLRP) -> Void = { _ in }
    ) -> DesiredLRP {
        var desired = DesiredLRP.fixture("app", rootFS: "preloaded:stack")
        desired.action = .process("/app")
        change(&desired)
        board.desire(desired)
        return desired
    }

    /// Offers instance 0 to the cell.
    @discardableResult
    func offer(_ cell: CellRole, memoryMB: Int = 64) async throws -> CellWork {
        let lrp = CellLRP(
            key: Self.key,
            memoryMB: memoryMB,
            diskMB: 128,
            maxPIDs: 0,
            rootFS: RootFS("preloaded:stack")
        )
        let body = RepJSON.encode(CellWork(lrps: [lrp], cellID: Self.cellID))
        return try RepJSON.cellWork(from: await cell.answer(.post, "/work", body: body).bytes)
    }

    var record: ActualLRP? { board.record(Self.key) }

    /// Runs instance 0 until the board has it running; returns its guid.
    func runInstance(_ cell: CellRole) async throws -> InstanceGUID {
        try await offer(cell)
        await eventually("running") { self.record?.state.name == .running }
        return try #require(record?.instanceKey?.instanceGUID)
    }

    func advance(by duration: Duration) -> () -> Void { { self.clock.advance(by: duration) } }
}

extension CellRole {
    /// Sends a request straight into the route table.
    func answer(_ method: HTTPMethod, _ path: String, body: [UInt8] = []) async -> HTTPResponse {
        let segments = path.split(separator: "/")
        for route in routes where route.method == method {
            let pattern = route.pattern.split(separator: "/")
            guard pattern.count == segments.count else { continue }
            var request = HTTPRequest(method, path, body: body)
            let fits = zip(pattern, segments).allSatisfy { pattern, segment in
                guard pattern.hasPrefix("{") else { return pattern == segment }
                request.parameters[String(pattern.dropFirst().dropLast())] = String(segment)
                return true
            }
            if fits { return await route.handler(request) }
        }
        return HTTPResponse(.notFound)
    }
}

extension HTTPResponse {
    var bytes: [UInt8] {
        guard case .bytes(let bytes) = body else { return [] }
        return bytes
    }
}
