import FoundationEssentials
import Glibc
import Testing

@testable import MartletLog

@Suite("JSON sink")
struct JSONSinkTests {
    private let sink = JSONSink(descriptor: -1)

    @Test("writes the fixed members first, then the fields by name")
    func order() {
        let record = LogRecord(level: .notice, message: "done", fields: ["b": "2", "a": "1", "level": "mine"])
        #expect(
            sink.line(record, at: LogTime(nanoseconds: 0))
                == #"{"time":"1970-01-01T00:00:00.000Z","level":"notice","message":"done","a":"1","b":"2","level_":"mine"}"#
        )
    }

    @Test("any text survives a JSON decoder", arguments: UInt64(0)..<200)
    func roundTrip(seed: UInt64) throws {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        let scalars = (0..<40).compactMap { _ -> Unicode.Scalar? in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Unicode.Scalar(UInt32(state >> 40) % (state & 1 == 0 ? 0x80 : 0x11_0000))
        }
        let value = String(String.UnicodeScalarView(scalars))
        let line = sink.line(LogRecord(level: .debug, message: value, fields: ["f": value]), at: .now())
        #expect(!line.utf8.contains(0x0A))
        let decoded = try JSONDecoder().decode([String: String].self, from: Data(line.utf8))
        #expect(decoded["message"]?.unicodeScalars.elementsEqual(scalars) == true)
        #expect(decoded["f"]?.unicodeScalars.elementsEqual(scalars) == true)
    }

    @Test("a record is one line in the file")
    func file() throws {
        let name = "/tmp/martlet-json-sink-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        let descriptor = unsafe open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        defer {
            close(descriptor)
            unsafe unlink(name)
        }
        let log = Log(JSONSink(descriptor: descriptor), context: ["cell_id": "c1"])
        log(.info, "one")
        log(.debug, "not written")
        log(.error, "two")
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe pread(descriptor, &bytes, bytes.count, 0)
        let lines = String(decoding: bytes.prefix(count), as: UTF8.self).split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        #expect(lines.count == 3)
        #expect(lines.dropLast().allSatisfy { $0.contains(#""cell_id":"c1""#) })
    }
}
