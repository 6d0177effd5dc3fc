import MartletProtobuf
import MartletTestSupport
import Testing

@Suite("Protobuf messages")
struct ProtobufMessageTests {
    @Test("a random message survives its own encoding, and encodes to the same bytes again", arguments: UInt64(0)..<200)
    func roundTrip(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        let message = SampleMessage.random(using: &generator)
        let bytes = message.encoded()
        let decoded = try SampleMessage(decoding: bytes)
        #expect(decoded == message)
        #expect(decoded.encoded() == bytes)
    }

    @Test("random bytes are a message or a typed error, never a crash", arguments: UInt64(0)..<50)
    func randomBytes(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<200 {
            let count = Int.random(in: 0...64, using: &generator)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0 ... .max, using: &generator) }
            guard let message = try? SampleMessage(decoding: bytes) else { continue }
            // Unknown fields come back sorted, so it is the second encoding that must not differ.
            let encoded = message.encoded()
            #expect((try? SampleMessage(decoding: encoded))?.encoded() == encoded)
        }
    }

    @Test("one changed byte is a message or a typed error, never a crash", arguments: UInt64(0)..<50)
    func mutations(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let original = SampleMessage.random(using: &generator).encoded()
        for _ in 0..<200 where !original.isEmpty {
            var bytes = original
            bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0 ... .max, using: &generator)
            _ = try? SampleMessage(decoding: bytes)
        }
    }

    @Test("a message cut anywhere inside a field is truncated")
    func truncation() throws {
        var message = SampleMessage()
        message.child = [SampleMessage()]
        message.child[0].name = "inner"
        message.fixed64 = 5
        let bytes = message.encoded()
        let boundary = bytes.count - 9
        for length in 1..<bytes.count where length != boundary {
            #expect(throws: ProtobufError.truncated) { try SampleMessage(decoding: Array(bytes.prefix(length))) }
        }
    }

    @Test("nothing at all is the message of all defaults")
    func empty() throws {
        #expect(try SampleMessage(decoding: []) == SampleMessage())
        #expect(SampleMessage().encoded() == [])
    }

    @Test("a singular submessage that occurs twice is merged")
    func merged() throws {
        let bytes: [UInt8] = [0x3a, 0x03, 0x0a, 0x01, 0x61, 0x3a, 0x02, 0x60, 0x01]
        var child = SampleMessage()
        (child.name, child.flag) = ("a", true)
        #expect(try SampleMessage(decoding: bytes).child == [child])
    }

    @Test("nesting beyond the limit is refused, also when every level comes in two parts")
    func depth() {
        var plain: [UInt8] = []
        var parts: [UInt8] = []
        for _ in 0..<70 {
            plain = nested(plain)
            parts = nested(parts) + [0x3a, 0x00]
        }
        #expect(throws: ProtobufError.tooDeep(limit: 64)) { try SampleMessage(decoding: plain) }
        #expect(throws: ProtobufError.tooDeep(limit: 64)) { try SampleMessage(decoding: parts) }
        let groups = [UInt8](repeating: 0xa3, count: 140).enumerated().map { $0.offset % 2 == 0 ? $0.element : 0x01 }
        #expect(throws: ProtobufError.tooDeep(limit: 64)) { try SampleMessage(decoding: groups) }
    }

    private func nested(_ inner: [UInt8]) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.bytes(7, present: inner)
        return writer.bytes
    }

    @Test("more bytes than the limit are refused unread")
    func size() {
        #expect(throws: ProtobufError.tooLarge(limit: 3)) {
            try SampleMessage(decoding: [0, 0, 0, 0], limits: ProtobufLimits(bytes: 3))
        }
    }
}
