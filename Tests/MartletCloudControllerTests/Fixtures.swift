import FoundationEssentials
import MartletHTTP
import MartletLog
import MartletModels
import MartletRegistry
import MartletStore
import MartletTestSupport
import Synchronization

@testable import MartletCloudController

/// A registry of images that exist because the test says so.
struct FakeRegistry: ImageResolver {
    let config: ImageConfig
    var error: RegistryError?

    func image(
        _ reference: ImageReference,
        credentials: RegistryCredentials?
    ) async throws(RegistryError) -> ResolvedImage {
        if let error { throw error }
        return ResolvedImage(
            reference: reference,
            manifestDigest: digest,
            manifest: ImageManifest(
                config: ImageDescriptor(mediaType: "application/json", digest: digest, size: 2),
                layers: []
            ),
            config: config
        )
    }
}

let digest = Digest(of: Array("manifest".utf8))

/// Remembers what it was asked to place and to stop.
actor FakeFollower: InstanceFollower {
    private(set) var placed: [ActualLRPKey] = []
    private(set) var stopped: [ActualLRPKey] = []

    func follow(_ work: InstanceWork) async {
        placed += work.created
        stopped += work.toStop.map(\.key)
    }
}

/// `uuid1`, `uuid2` …
private final class Counter: Sendable {
    private let count = Atomic(0)

    func next() -> String { "uuid\(count.add(1, ordering: .relaxed).newValue)" }
}

/// The whole API over a store in memory, at a time that stands still, with identifiers that can be foreseen.
struct TestAPI {
    static let now = Timestamp(nanoseconds: 1_700_000_000_250_000_000)

    let store: Store
    let follower = FakeFollower()
    let transport: RouteTableTransport

    init(config: ImageConfig = nginx, error: RegistryError? = nil, eventLimit: Int64 = 1_000_000) throws {
        store = try Store.open(
            path: ":memory:",
            Store.Configuration(now: { Self.now }, makeUUID: { "epoch" }, eventLimit: eventLimit)
        )
        let counter = Counter()
        let controller = CloudController(
            store: store,
            images: FakeRegistry(config: config, error: error),
            follower: follower,
            configuration: CloudController.Configuration(
                apiURL: "http://api.test",
                now: { Self.now },
                makeUUID: { counter.next() }
            ),
            log: .discarding
        )
        transport = RouteTableTransport(
            RouteTable(controller.routes, fallback: CloudController.unknownRequest)
        )
    }

    func send(
        _ method: HTTPMethod,
        _ path: String,
        _ body: String = "",
        headers: HTTPHeaders = [:]
    ) async throws -> (HTTPStatus, String) {
        let parts = path.split(separator: "?", maxSplits: 1).map(String.init)
        let query = parts.count == 2 ? parts[1] : nil
        let request = HTTPRequest(method, parts[0], query: query, headers: headers, body: Array(body.utf8))
        let answer = try await transport.send(request, timeout: .seconds(10))
        return (answer.status, String(decoding: answer.body, as: UTF8.self))
    }

    /// The details of an error, with its status.
    func refusal(
        _ method: HTTPMethod,
        _ path: String,
        _ body: String = "",
        headers: HTTPHeaders = [:]
    ) async throws -> [String] {
        let (status, text) = try await send(method, path, body, headers: headers)
        let errors = try JSONDecoder().decode(ErrorBody.self, from: Data(text.utf8)).errors
        return errors.map { "\(status.rawValue) \($0.code) \($0.title): \($0.detail)" }
    }

    /// A task that a cell runs.
    func runTask(_ guid: String, on cell: String = "cell-1", rootFS: String = "docker:///x") async throws {
        try await store.desireTask(TaskGUID(guid), domain: DomainName("d"), .fixture(rootFS: rootFS))
        _ = try await store.startTask(TaskGUID(guid), on: CellID(cell))
    }

    func enableDocker() async throws {
        try await store.setFeatureFlag(.diegoDocker, enabled: true, by: "test")
    }

    /// Pushes an app and gives it a running instance for each index.
    func runningApp(_ name: String = "web", instances: Int = 1, cell: String = "cell-1") async throws -> [ActualLRPKey]
    {
        try await enableDocker()
        _ = try await send(.post, "/martlet/v1/apps", #"{"name":"\#(name)","image":"nginx","instances":\#(instances)}"#)
        let record = try await store.read { (snapshot) throws(StoreError) in try snapshot.app(named: name) }
        let guid = record?.processGUID ?? ProcessGUID("")
        let keys = try await store.actualLRPs(ActualLRPFilter(processGUIDs: [guid])).map(\.key)
        for key in keys { try await store.start(key, start(key, cell)) }
        return keys
    }
}

func instance(_ key: ActualLRPKey, _ cell: String) -> ActualLRPInstanceKey {
    ActualLRPInstanceKey(instanceGUID: InstanceGUID("\(key)"), cellID: CellID(cell))
}

func start(_ key: ActualLRPKey, _ cell: String) -> ActualLRPStart {
    ActualLRPStart(
        instance: instance(key, cell),
        netInfo: ActualLRPNetInfo(address: "10.0.0.1", ports: [PortMapping(containerPort: 80, hostPort: 61_000)])
    )
}

let nginx = {
    var config = ImageConfig()
    config.entrypoint = ["/docker-entrypoint.sh"]
    config.cmd = ["nginx", "-g", "daemon off;"]
    config.exposedPorts = [ExposedPort(80)]
    return config
}()
