import MartletProtobuf
import Testing

@Suite("Protobuf writer")
struct ProtobufWriterTests {
    private func written(_ body: (inout ProtobufWriter) -> Void) -> [UInt8] {
        var writer = ProtobufWriter()
        body(&writer)
        return writer.bytes
    }

    @Test("writes the vectors of the BBS specification")
    func vectors() {
        let ping = written { $0.bool(1, true) }
        #expect(ping == [0x08, 0x01])
        let upsert = written { writer in
            writer.string(1, "cf-apps")
            writer.uint32(2, 120)
        }
        #expect(upsert == [0x0a, 0x07, 0x63, 0x66, 0x2d, 0x61, 0x70, 0x70, 0x73, 0x10, 0x78])
        let index = written { writer in
            writer.string(3, "pg")
            writer.int32(4, present: 0)
        }
        #expect(index == [0x1a, 0x02, 0x70, 0x67, 0x20, 0x00])
        let ports = written { $0.uint32s(14, [8080, 2222]) }
        #expect(ports == [0x70, 0x90, 0x3f, 0x70, 0xae, 0x11])
        let unlimited = written { writer in writer.nested(37) { $0.int64(1, -1) } }
        #expect(unlimited == [0xaa, 0x02, 0x0b, 0x08] + Array(repeating: 0xff, count: 9) + [0x01])
        let noRoutes = written { writer in writer.nested(15) { _ in } }
        #expect(noRoutes == [0x7a, 0x00])
    }

    @Test("leaves zeros out, unless presence means something")
    func zeros() {
        let bytes = written { writer in
            writer.string(1, "")
            writer.uint64(2, 0)
            writer.bool(3, false)
            writer.fixed32(4, 0)
            writer.fixed64(5, 0)
            writer.string(6, present: nil)
            writer.bool(7, present: false)
            writer.string(8, present: "")
        }
        #expect(bytes == [0x38, 0x00, 0x42, 0x00])
    }

    @Test("gives long submessages a length of several bytes", arguments: [0, 127, 128, 16_383, 16_384])
    func lengths(count: Int) throws {
        let payload = [UInt8](repeating: 9, count: count)
        let bytes = written { writer in writer.nested(2) { $0.append(raw: payload) } }
        #expect(bytes == written { $0.bytes(2, present: payload) })
    }

    @Test("sorts unknown fields in between, keeping the order of equal numbers")
    func interleaving() {
        let bytes = written { writer in
            writer.uint32(1, 9)
            let start = writer.position
            writer.uint32(2, 1)
            writer.uint32(6, 1)
            writer.merge(unknown: [0x20, 0x01, 0x08, 0x05, 0x20, 0x02], since: start)
        }
        #expect(bytes == [0x08, 0x09, 0x08, 0x05, 0x10, 0x01, 0x20, 0x01, 0x20, 0x02, 0x30, 0x01])
    }

    @Test("appends what cannot be sorted")
    func broken() {
        let bytes = written { writer in
            writer.uint32(2, 1)
            writer.merge(unknown: [0x0a, 0x05], since: 0)
        }
        #expect(bytes == [0x10, 0x01, 0x0a, 0x05])
    }
}
