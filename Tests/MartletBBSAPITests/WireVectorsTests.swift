import MartletBBSAPI
import MartletHTTP
import MartletModels
import MartletProtobuf
import Testing

@Suite("Wire vectors of the BBS specification")
struct WireVectorsTests {
    static let unclaimed = ActualLRP(
        unclaimed: ActualLRPKey(processGUID: ProcessGUID("pg"), index: 0, domain: DomainName("d")),
        at: Timestamp(nanoseconds: 1_700_000_000_000_000_000),
        epoch: "e"
    )
    static let unclaimedBytes: [UInt8] = [
        0x0a, 0x07, 0x0a, 0x02, 0x70, 0x67, 0x1a, 0x01, 0x64, 0x12, 0x00, 0x1a, 0x00, 0x32, 0x09, 0x55, 0x4e, 0x43,
        0x4c, 0x41, 0x49, 0x4d, 0x45, 0x44, 0x40, 0x80, 0x80, 0xa8, 0xb1, 0xe3, 0x9f, 0xe7, 0xcb, 0x17, 0x4a, 0x03,
        0x0a, 0x01, 0x65, 0x68, 0x00,
    ]

    private func check<M: ProtobufMessage & Hashable>(_ message: M, _ bytes: [UInt8]) throws {
        #expect(message.encoded() == bytes)
        #expect(try M(decoding: bytes) == message)
    }

    @Test("small messages")
    func small() throws {
        try check(PingResponse(available: true), [0x08, 0x01])
        try check(LifecycleResponse(), [])
        try check(
            LifecycleResponse(error: BBSError(.resourceNotFound, "not found")),
            [0x0a, 0x0d, 0x08, 0x0d, 0x12, 0x09] + Array("not found".utf8)
        )
        try check(
            UpsertDomainRequest(domain: DomainName("cf-apps"), timeToLiveSeconds: 120),
            [0x0a, 0x07] + Array("cf-apps".utf8) + [0x10, 0x78]
        )
        try check(ActualLRPsRequest(processGUID: ProcessGUID("pg"), index: 0), [0x1a, 0x02, 0x70, 0x67, 0x20, 0x00])
        try check(ActualLRPsRequest(processGUID: ProcessGUID("pg")), [0x1a, 0x02, 0x70, 0x67])
        try check(
            UpdateDesiredLRPRequest(processGUID: ProcessGUID("pg"), update: DesiredLRPUpdate(instances: 0)),
            [0x0a, 0x02, 0x70, 0x67, 0x12, 0x02, 0x08, 0x00]
        )
    }

    @Test("an unclaimed instance, and a list of it")
    func actualLRP() throws {
        try check(Self.unclaimed, Self.unclaimedBytes)
        try check(ActualLRPsResponse([Self.unclaimed]), [0x12, 0x29] + Self.unclaimedBytes)
        #expect(ActualLRPsResponse.encoded(stored: [Self.unclaimedBytes]) == [0x12, 0x29] + Self.unclaimedBytes)
    }

    @Test("an event's frame")
    func frame() {
        let frame = InstanceEvent.actualLRPCreated(Self.unclaimed).serverSentEvent(id: "0")
        let text = """
            id: 0
            event: actual_lrp_instance_created
            data: CikKBwoCcGcaAWQSABoAMglVTkNMQUlNRURAgICoseOf58sXSgMKAWVoAA==


            """
        #expect(String(decoding: frame.encoded, as: UTF8.self) == text)
    }

    @Test("a desired LRP always has routes and a modification tag, and keeps what we do not know")
    func desiredLRP() throws {
        var lrp = DesiredLRP(
            processGUID: ProcessGUID("g"),
            domain: DomainName("d"),
            rootFS: RootFS("docker:///a/b"),
            instances: 1,
            action: nil
        )
        #expect(lrp.encoded().suffix(5) == [0x7a, 0x00, 0xaa, 0x01, 0x00])
        lrp.ports = [8080, 2222]
        lrp.routes = ["cf-router": Array("[]".utf8)]
        lrp.metricTags = ["i": MetricTagValue(dynamic: .index), "source_id": MetricTagValue(static: "g")]
        lrp.unknownFields = UnknownFields(bytes: [0xaa, 0x02, 0x0b, 0x08] + Array(repeating: 0xff, count: 9) + [0x01])
        let bytes = lrp.encoded()
        #expect(try DesiredLRP(decoding: bytes) == lrp)
        #expect(bytes.suffix(14) == lrp.unknownFields.bytes)
    }

    @Test("the frames of an event that nobody knows are skipped")
    func unknownEvent() throws {
        #expect(try InstanceEvent.decode(name: "task_created", []) == nil)
        #expect(throws: ProtobufError.invalidValue(field: 1)) {
            try InstanceEvent.decode(name: "desired_lrp_created", [])
        }
    }
}
