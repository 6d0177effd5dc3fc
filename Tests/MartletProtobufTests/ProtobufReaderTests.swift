import MartletProtobuf
import Testing

@Suite("Protobuf reader")
struct ProtobufReaderTests {
    @Test(
        "what is not well-formed has a name",
        arguments: [
            ([0x00, 0x01], .malformedTag),
            ([0x0e, 0x01], .malformedTag),
            ([0x0f, 0x01], .malformedTag),
            ([0x0c], .malformedTag),
            ([0xa3, 0x01, 0xac, 0x01], .malformedTag),
            ([0xa3, 0x01, 0x08, 0x01], .truncated),
            ([0x80, 0x80, 0x80, 0x80, 0x10, 0x00], .malformedTag),
            ([0x18] + Array(repeating: 0xff, count: 10), .malformedVarint),
            ([0x18] + Array(repeating: 0xff, count: 9) + [0x02], .malformedVarint),
            ([0x18], .truncated),
            ([0x0a, 0x05, 0x61], .truncated),
            ([0x0a] + Array(repeating: 0xff, count: 9) + [0x01], .truncated),
            ([0x55, 0x01, 0x02], .truncated),
            ([0x59, 0x01, 0x02], .truncated),
            ([0x08, 0x01], .wrongWireType(field: 1)),
            ([0x1a, 0x00], .wrongWireType(field: 3)),
            ([0x15, 0, 0, 0, 0], .wrongWireType(field: 2)),
            ([0x0a, 0x02, 0xc3, 0x28], .invalidUTF8(field: 1)),
        ] as [([UInt8], ProtobufError)]
    )
    func malformed(bytes: [UInt8], error: ProtobufError) {
        #expect(throws: error) { try SampleMessage(decoding: bytes) }
    }

    @Test("numbers of a repeated field may come packed, one by one, or both")
    func packed() throws {
        let message = try SampleMessage(decoding: [0x10, 0x90, 0x3f, 0x12, 0x03, 0xae, 0x11, 0x05, 0x10, 0x00])
        #expect(message.numbers == [8080, 2222, 5, 0])
    }

    @Test("a negative number takes ten bytes, and a short form of it is read as 32 bits")
    func negative() throws {
        let bytes: [UInt8] = [0x20] + Array(repeating: 0xff, count: 9) + [0x01]
        #expect(try SampleMessage(decoding: bytes).small == -1)
        #expect(try SampleMessage(decoding: [0x20, 0xff, 0xff, 0xff, 0xff, 0x0f]).small == -1)
        var message = SampleMessage()
        message.small = -1
        #expect(message.encoded() == bytes)
    }

    @Test("fields that nobody knows are kept byte by byte, groups included")
    func unknown() throws {
        let bytes: [UInt8] = [0xa3, 0x01, 0x0b, 0x0c, 0x08, 0x01, 0xa4, 0x01, 0xa5, 0x06, 1, 2, 3, 4]
        #expect(try SampleMessage(decoding: bytes).unknownFields == bytes)
    }

    @Test("text for people is repaired instead of refused")
    func lenientText() throws {
        var reader = try ProtobufReader([0x0a, 0x03, 0x61, 0xff, 0x62])
        let field = try #require(try reader.nextField())
        #expect(try field.text == "a\u{fffd}b")
    }
}
