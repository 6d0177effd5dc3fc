import Glibc
import MartletCell
import MartletContainers
import MartletImages
import MartletLinux
import MartletLog
import MartletModels
import MartletRegistry
import MartletTestSupport
import Testing

/// A cell with real containers and real root file systems, whose one stack is a busybox.
struct CellFixture: Sendable {
    let containers: ContainersFixture
    let directory: ScratchDirectory
    let board = CellBoard()
    let lines = CellLines()

    static let key = ActualLRPKey.fixture("app")

    init(_ containers: ContainersFixture) throws {
        self.containers = containers
        directory = try ScratchDirectory("martlet-test-cell")
        // The container's root, nobody on the host, passes through here.
        try retrying("chmod") { unsafe chmod(directory.path, 0o755) }
        try makeStack()
    }

    private func makeStack() throws {
        let stack = directory.file("stack")
        for name in ["bin", "etc", "tmp", "proc", "sys", "dev", "www"] { try Files.makeDirectories("\(stack)/\(name)") }
        try Files.replace("\(stack)/bin/busybox", with: Files.read("/bin/busybox"), mode: 0o755)
        for applet in ["sh", "sleep", "httpd", "true", "echo"] {
            try retrying("symlink") { unsafe symlink("busybox", "\(stack)/bin/\(applet)") }
        }
        try Files.replace("\(stack)/etc/passwd", with: Array("root:x:0:0::/:/bin/sh\n".utf8))
        try Files.replace("\(stack)/etc/group", with: Array("root:x:0:\n".utf8))
        try Files.replace("\(stack)/www/index.html", with: Array("hello".utf8))
    }

    /// A new life of the agent on the same directories. Its containers are seen through the second value.
    func makeCell() async throws -> (cell: CellRole, containers: Containers) {
        let layers = try await LayerStore.open(at: directory.file("images"), log: .discarding)
        let roots = try await RootFSStore.open(beside: layers, log: .discarding)
        let preloaded = ["stack": directory.file("stack")]
        let puller = ImagePuller(store: layers, source: NoImages(), preloaded: preloaded, log: .discarding)
        let log = Log(containers.log, threshold: .debug)
        let real = Containers(containers.configuration, log: log)
        let ports = ExecutorPorts(
            runtime: ContainersRuntime(real, containers.configuration, log: log),
            rootFS: ImageRootFS(puller: puller, store: roots, layers: layers, cacheBytes: 0, log: log),
            appLog: lines,
            clock: CellClock(ForwardClock())
        )
        let total = CellCapacity(memoryMB: 1_024, diskMB: 4_096, containers: 16)
        let configuration = CellConfiguration(
            executor: ExecutorConfiguration(cellID: CellID("cell-1"), total: total, idSlots: 2_000...2_100),
            repAddress: "http://127.0.0.1:1801",
            rootFSProviders: RootFSProvider.fixtures
        )
        let path = directory.file("cell.sqlite")
        return (try CellRole(configuration, bbs: board, ports: ports, path: path, log: log), real)
    }

    /// Runs a life as long as `body` works; then it is cancelled, as by SIGTERM.
    func withLife(_ body: (CellRole, Containers) async throws -> Void) async throws {
        let (cell, real) = try await makeCell()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await cell.run() }
            try await body(cell, real)
            tasks.cancelAll()
        }
    }

    /// Desires one instance of a script and gives it to the cell.
    func run(_ script: String, on cell: CellRole, _ change: (inout DesiredLRP) -> Void = { _ in }) async throws {
        var desired = DesiredLRP.fixture("app", rootFS: "preloaded:stack")
        desired.action = .run(RunAction(path: "/bin/sh", arguments: ["-c", script], user: "root", logSource: "APP"))
        change(&desired)
        board.desire(desired)
        let request = AllocationRequest(
            id: InstanceGUIDSource().next(),
            key: Self.key,
            resources: ContainerResources(memoryMB: 64, diskMB: 128, maxPIDs: 64),
            rootFS: desired.rootFS
        )
        try await cell.executor.allocate(request)
    }

    var record: ActualLRP? { board.record(Self.key) }

    /// What happened, for a test that waits in vain.
    func waits(_ what: String, _ condition: () async -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while await !condition() {
            guard ContinuousClock.now < deadline else {
                Issue.record(
                    "\(what) did not come; \(String(describing: record)); \(lines.texts); \(containers.log.all)"
                )
                throw CancellationError()
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}

/// Keeps what apps and the cell say about them.
final class CellLines: AppLogSink {
    private let lines = Locked<[String]>([])

    func write(_ line: AppLogLine) {
        lines.withLock { $0.append("\(line.source)/\(line.stream.rawValue) \(line.text)") }
    }

    var texts: [String] { lines.withLock { $0 } }
}

/// No registry: every image is on the cell already, or missing.
struct NoImages: ImageSource {
    func resolve(
        _ reference: ImageReference,
        credentials: RegistryCredentials?
    ) async throws(ImageError) -> ResolvedImage {
        throw ImageError(.notFound, "There is no image \(reference).")
    }

    func fetch(
        _ blob: ImageDescriptor,
        of reference: ImageReference,
        credentials: RegistryCredentials?,
        into sink: @escaping @Sendable ([UInt8]) async throws(ImageError) -> Void
    ) async throws(ImageError) {
        throw ImageError(.notFound, "There is no blob.")
    }
}
