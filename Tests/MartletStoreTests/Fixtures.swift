import Glibc
import MartletLinux
import MartletModels

@testable import MartletStore

/// A clock that moves when a test says so.
final class TestTime: Sendable {
    private let time = Locked(Timestamp(nanoseconds: 1_700_000_000_000_000_000))

    var now: Timestamp { time.withLock { $0 } }
    func advance(by duration: Duration) { time.withLock { $0 = $0 + duration } }
}

/// A store on a file of its own, which goes away with the value's last owner.
final class TestStore: Sendable {
    let path: String
    let time: TestTime
    let store: Store

    init(time: TestTime = TestTime(), eventLimit: Int64 = 1_000_000) throws {
        self.time = time
        path = "/tmp/martlet-store-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        store = try Store.open(path: path, Self.configuration(time, eventLimit: eventLimit))
    }

    deinit { for suffix in ["", "-wal", "-shm"] { unsafe unlink(path + suffix) } }

    /// Epochs are `e1`, `e2` … in the order in which they are drawn.
    static func configuration(_ time: TestTime, eventLimit: Int64 = 1_000_000) -> Store.Configuration {
        let count = Locked(0)
        return Store.Configuration(
            now: { time.now },
            makeUUID: {
                count.withLock { count in
                    count += 1
                    return "e\(count)"
                }
            },
            eventLimit: eventLimit
        )
    }
}

let app = ProcessGUID("app")
let domain = DomainName("cf-apps")
let key = ActualLRPKey(processGUID: app, index: 0, domain: domain)
let mine = ActualLRPInstanceKey(instanceGUID: InstanceGUID("i-1"), cellID: CellID("cell-1"))
let other = ActualLRPInstanceKey(instanceGUID: InstanceGUID("i-2"), cellID: CellID("cell-2"))

func lrp(_ guid: String = "app", instances: Int = 1, rootFS: String = "preloaded:base") -> DesiredLRP {
    var lrp = DesiredLRP(
        processGUID: ProcessGUID(guid),
        domain: domain,
        rootFS: RootFS(rootFS),
        instances: instances,
        action: .run(RunAction(path: "/bin/true", user: "root"))
    )
    lrp.metricTags = ["source_id": MetricTagValue(static: guid)]
    return lrp
}

func running(_ instance: ActualLRPInstanceKey, port: UInt32 = 61_000) -> ActualLRPStart {
    ActualLRPStart(
        instance: instance,
        netInfo: ActualLRPNetInfo(
            address: "10.0.0.1",
            ports: [PortMapping(containerPort: 8_080, hostPort: port)],
            instanceAddress: "10.255.0.2"
        ),
        metricTags: ["source_id": "app"],
        availabilityZone: "z1"
    )
}

func presence(_ id: String, containers: Int = 10) -> CellPresence {
    CellPresence(
        cellID: CellID(id),
        repAddress: "http://10.0.0.1:1800",
        zone: "z1",
        capacity: CellCapacity(memoryMB: 1_024, diskMB: 2_048, containers: containers),
        rootFSProviders: [RootFSProvider(name: "docker")]
    )
}
