import MartletBBSAPI
import MartletModels
import MartletProtobuf
import Testing

@Suite("Messages recorded from the original BBS")
struct RecordedMessagesTests {
    @Test("every accepted request decodes, and encodes to the same message", arguments: Fixture.requests)
    func requests(fixture: Fixture) throws {
        let recoded = try #require(AnyRoute.at(fixture.path)).recodeRequest(fixture.bytes)
        #expect(recoded.isSame)
        // A recorded desire leaves out what we always write, a ping may carry anything, maps come in random order.
        if fixture.path != BBSRoutes.desireLRP.path && fixture.path != BBSRoutes.ping.path {
            #expect(recoded.isSameButForOrder(as: fixture.bytes))
        }
    }

    @Test("every answer decodes, and encodes to the same bytes but for the order of maps", arguments: Fixture.responses)
    func responses(fixture: Fixture) throws {
        let recoded = try #require(AnyRoute.at(fixture.path)).recodeResponse(fixture.bytes)
        #expect(recoded.isSame)
        #expect(recoded.isSameButForOrder(as: fixture.bytes))
    }

    @Test("every event decodes, and encodes to the same bytes but for the order of maps", arguments: Fixture.events)
    func events(fixture: Fixture) throws {
        let name = try #require(fixture.event)
        let decoded = try #require(try InstanceEvent.decode(name: name, fixture.bytes))
        #expect(decoded.event.name == name)
        let recoded = AnyRoute.Recoded(bytes: decoded.event.encoded(traceID: decoded.traceID), isSame: true)
        #expect(recoded.isSameButForOrder(as: fixture.bytes))
    }

    @Test("every event of a task decodes, and encodes to the same bytes", arguments: Fixture.taskEvents)
    func taskEvents(fixture: Fixture) throws {
        let name = try #require(fixture.event)
        let event = try #require(try TaskEvent.decode(name: name, fixture.bytes))
        #expect(event.name == name)
        #expect(event.encoded().sorted() == fixture.bytes.sorted())
        #expect(try TaskEvent.decode(name: "task_renamed", fixture.bytes) == nil)
    }

    /// Cases whose answer comes from elsewhere than the message: fields that we keep without a look, and storage.
    static let refusedElsewhere = [
        "desire-log-rate", "desire-egress", "desire-cached", "desire-image-layer", "desire-sidecar",
        "desire-download-", "desire-volume-mount-empty-volume-id", "desire-duplicate", "-300-chars",
        "get-unchanged", "claim-negative-index", "get-invalid-utf8-guid", "task-cancel-odd-guid-not-found",
        "desire-bad-egress", "desire-bad-cached",
    ]

    @Test("what it refused we refuse with the same text, and what it accepted we accept", arguments: Fixture.refusals)
    func refusals(fixture: Fixture) throws {
        let route = try #require(AnyRoute.at(fixture.path))
        if Self.refusedElsewhere.contains(where: fixture.name.contains) { return }
        let recorded = try LifecycleResponse(decoding: fixture.answer).error
        let refusal = try route.refusal(fixture.bytes).flatMap { try LifecycleResponse(decoding: $0).error }
        #expect(refusal == recorded)
    }
}
