import MartletLinux
import MartletModels
import MartletTestSupport
import Testing

@testable import MartletCell

@Suite("Container state")
struct ContainerStateTests {
    @Test("is a chain, and completing is always allowed")
    func chain() {
        var allowed: [String] = []
        for from in ContainerState.Name.allCases {
            for to in ContainerState.Name.allCases where from.mayBecome(to) { allowed.append("\(from)-\(to)") }
        }
        #expect(
            allowed == [
                "reserved-initializing", "reserved-completed", "initializing-created", "initializing-completed",
                "created-running", "created-completed", "running-completed", "completed-completed",
            ]
        )
    }

    @Test("a record goes through its states, and refuses every other step")
    func record() throws {
        var record = ContainerRecord(reserving: .fixture("i-1"), range: IDRange(base: 1 << 20), at: .epoch)
        let netInfo = ActualLRPNetInfo(address: "192.0.2.1")
        let desired = DesiredLRP.fixture("app")
        #expect(throws: ExecutorError.invalidTransition) { try record.run() }
        #expect(throws: ExecutorError.invalidTransition) { try record.create(netInfo) }
        try record.initialize(desired)
        #expect(throws: ExecutorError.invalidTransition) { try record.initialize(desired) }
        try record.create(netInfo)
        try record.run()
        #expect(record.state == .running(desired, netInfo))
        record.complete(RunResult(failed: true, reason: "first"))
        record.complete(.succeeded)
        #expect(record.state.result?.reason == "first")
        #expect(throws: ExecutorError.invalidTransition) { try record.run() }
    }

    @Test("with readiness checks an instance is not routable until one passes")
    func routable() throws {
        var record = ContainerRecord(reserving: .fixture("i-1"), range: IDRange(base: 1 << 20), at: .epoch)
        var desired = DesiredLRP.fixture("app")
        desired.checkDefinition = CheckDefinition(checks: [], readinessChecks: [Check(tcp: TCPCheck(port: 1))])
        #expect(record.routable)
        try record.initialize(desired)
        #expect(!record.routable)
    }

    @Test("a very long reason keeps its head and its tail")
    func longReason() {
        let reason = String(repeating: "a", count: 9_000) + String(repeating: "b", count: 9_000)
        let cut = RunResult(failed: true, reason: reason).reason
        #expect(cut.hasPrefix("aaa") && cut.hasSuffix("bbb") && cut.contains("\n... (truncated)\n"))
        #expect(cut.count < 10_100)
    }
}

extension AllocationRequest {
    static func fixture(
        _ id: InstanceGUID,
        process: String = "app",
        index: Int = 0,
        memoryMB: Int = 64
    ) -> AllocationRequest {
        AllocationRequest(
            id: id,
            key: .fixture(process, index),
            resources: ContainerResources(memoryMB: memoryMB, diskMB: 128),
            rootFS: RootFS("preloaded:stack"),
            placementTags: ["ssd"],
            volumeDrivers: []
        )
    }
}
