import MartletBBSAPI
import MartletModels
import MartletProtobuf
import MartletTestSupport
import Testing

@Suite("Task messages")
struct TaskMessagesTests {
    private func check<M: ProtobufMessage & Hashable>(_ message: M, _ bytes: [UInt8]) throws {
        #expect(message.encoded() == bytes)
        #expect(try M(decoding: bytes) == message)
    }

    @Test("requests and answers, byte by byte")
    func vectors() throws {
        try check(TaskGUIDRequest(TaskGUID("t")), [0x0a, 1, 0x74])
        try check(TasksRequest(domain: DomainName("d"), cellID: CellID("c")), [0x0a, 1, 0x64, 0x12, 1, 0x63])
        try check(StartTaskRequest(TaskGUID("t"), on: CellID("c")), [0x0a, 1, 0x74, 0x12, 1, 0x63])
        try check(StartTaskResponse(shouldStart: true), [0x10, 1])
        try check(StartTaskResponse(shouldStart: false), [])
        try check(TaskReasonRequest(TaskGUID("t"), reason: "r"), [0x0a, 1, 0x74, 0x12, 1, 0x72])
        try check(
            CompleteTaskRequest(
                TaskGUID("t"),
                on: CellID("c"),
                failed: true,
                failureReason: "f",
                result: "r"
            ),
            [0x0a, 1, 0x74, 0x12, 1, 0x63, 0x18, 1, 0x22, 1, 0x66, 0x2a, 1, 0x72]
        )
        try check(
            DesireTaskRequest(
                TaskGUID("t"),
                domain: DomainName("d"),
                definition: TaskDefinition(rootFS: RootFS("p:s"), action: nil)
            ),
            [0x0a, 5, 0x0a, 3, 0x70, 0x3a, 0x73, 0x12, 1, 0x74, 0x1a, 1, 0x64]
        )
    }

    @Test("every state survives the wire, with what belongs to it")
    func states() throws {
        let time = Timestamp(nanoseconds: 1_700_000_000_000_000_001)
        let kept = TaskCompletion(failed: true, failureReason: "why", result: "", at: time, keptCell: CellID("c"))
        let done = TaskCompletion(failed: false, failureReason: "", result: "r", at: time)
        let states: [MartletTask.State] = [
            .pending(rejectedBy: nil), .pending(rejectedBy: CellID("c")), .running(CellID("c")), .completed(done),
            .completed(kept), .resolving(done),
        ]
        for state in states {
            let task = MartletTask.fixture(
                "t",
                state,
                createdAt: time,
                updatedAt: time,
                rejectionCount: 2,
                rejectionReason: "full"
            )
            #expect(try MartletTask(decoding: task.encoded()) == task)
        }
    }

    @Test("a state that does not exist is refused, and a definition is always sent")
    func oddities() throws {
        #expect(throws: ProtobufError.invalidValue(field: 7)) { try MartletTask(decoding: [0x38, 9]) }
        #expect(throws: ProtobufError.invalidValue(field: 7)) { try MartletTask(decoding: []) }
        let bare = MartletTask(
            TaskGUID(""),
            domain: DomainName(""),
            definition: TaskDefinition(rootFS: RootFS(""), action: nil),
            at: .epoch
        )
        #expect(bare.encoded() == [0x0a, 0, 0x38, 1])
    }

    @Test("fields that cells do not act on survive, wherever they stand", arguments: UInt64(0)..<50)
    func unknownFields(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var unknown = ProtobufWriter()
        var number = 13
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            number += Int.random(in: 1...3, using: &random)
            let known = [18, 20, 21, 23, 24, 27]
            if known.contains(number) { continue }
            unknown.bytes(number, present: (0..<4).map { _ in .random(in: 0 ... .max, using: &random) })
        }
        var definition = TaskDefinition.fixture(callback: "http://x")
        definition.placementTags = ["a", "b"]
        definition.metricTags = ["k": MetricTagValue(static: "v")]
        definition.unknownFields.bytes = unknown.bytes
        let bytes = definition.encoded()
        let decoded = try TaskDefinition(decoding: bytes)
        #expect(decoded == definition)
        #expect(decoded.encoded() == bytes)
    }

    @Test("older clients get image layers as downloads and cached dependencies")
    func downgrade() throws {
        var layers = ProtobufWriter()
        layers.bytes(15, present: [0x12, 1, 0x66])
        layers.string(16, "vcap")
        layers.nested(25) { layer in
            layer.string(2, "http://s")
            layer.string(3, "/s")
            layer.int32(4, 1)
        }
        layers.nested(25) { layer in
            layer.string(2, "http://x")
            layer.string(3, "/x")
            layer.int32(4, 2)
            layer.int32(6, 1)
            layer.string(7, "abc")
        }
        var definition = TaskDefinition.fixture()
        let own = try #require(definition.action)
        definition.unknownFields.bytes = layers.bytes
        let old = MartletTask.fixture("t", definition: definition).withoutImageLayers.definition
        var expected = ProtobufWriter()
        expected.nested(15) { dependency in
            dependency.string(2, "http://s")
            dependency.string(3, "/s")
            dependency.string(4, "http://s")
        }
        expected.bytes(15, present: [0x12, 1, 0x66])
        expected.string(16, "vcap")
        #expect(old.unknownFields.bytes == expected.bytes)
        guard case .serial(let steps) = old.action, case .parallel(let downloads) = steps.actions.first,
            case .download(let download) = downloads.actions.first
        else {
            Issue.record("the downloads do not come first: \(String(describing: old.action))")
            return
        }
        #expect(steps.actions.last == .some(.some(own)) && downloads.actions.count == 1)
        #expect([download.from, download.to, download.user] == ["http://x", "/x", "vcap"])
        let plain = MartletTask.fixture("t")
        #expect(plain.withoutImageLayers == plain)
    }
}
