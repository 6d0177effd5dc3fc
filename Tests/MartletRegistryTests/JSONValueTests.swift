import Testing

@testable import MartletRegistry

@Suite("Strict JSON")
struct JSONValueTests {
    @Test("reads every kind of value")
    func kinds() throws {
        let text = #" {"a":[null,true,false,-12.5e+3,0,""],"b":{"c":"\u00e9\ud83d\ude00\n\/\""},"é":1} "#
        #expect(
            try JSONValue(parsing: Array(text.utf8))
                == .object([
                    "a": .array([.null, .bool(true), .bool(false), .number("-12.5e+3"), .number("0"), .string("")]),
                    "b": .object(["c": .string("é😀\n/\"")]),
                    "é": .number("1"),
                ])
        )
    }

    @Test(
        "refuses what two readers could read differently",
        arguments: [
            "", " ", "{", "}", "[1,]", "{\"a\":1,}", "{\"a\":1,\"a\":1}", "{\"a\":{\"b\":1,\"b\":2}}", "[1 2]",
            "{\"a\" 1}", "{a:1}", "{'a':1}", "01", "-", "1.", ".5", "1e", "+1", "NaN", "tru", "nullx", "\"", "\"\\x\"",
            "\"\\ud83d\"", "\"\\ud83dx\"", "\"\\ude00\"", "\"\\u12g4\"", "\"\\u12", "\"\n\"", "[] []", "\u{feff}[]",
            "{\"a\":1,\"\\u0061\":2}", "/**/[]", "[\"\u{0}\"]",
        ]
    )
    func refused(text: String) {
        #expect(throws: JSONValue.Malformed.self) { try JSONValue(parsing: Array(text.utf8)) }
    }

    @Test("refuses bytes that are not UTF-8, also in names", arguments: [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80]])
    func notUTF8(bytes: [UInt8]) {
        let quote = [UInt8(ascii: "\"")]
        let document = quote + bytes + quote
        #expect(throws: JSONValue.Malformed.self) { try JSONValue(parsing: document) }
        let object = Array("{".utf8) + document + Array(":1}".utf8)
        #expect(throws: JSONValue.Malformed.self) { try JSONValue(parsing: object) }
    }

    @Test("goes as deep as allowed and no deeper")
    func depth() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        _ = try JSONValue(parsing: nested(64))
        #expect(throws: JSONValue.Malformed(reason: "nesting deeper than 64", offset: 64)) {
            try JSONValue(parsing: nested(65))
        }
        #expect(throws: JSONValue.Malformed.self) { try JSONValue(parsing: nested(2_000_000)) }
    }

    @Test("numbers are whole when they are used as sizes")
    func integers() throws {
        func integer(_ text: String) throws -> Int64? { try JSONValue(parsing: Array(text.utf8)).integer }
        #expect(try integer("9223372036854775807") == .max)
        #expect(try integer("9223372036854775808") == nil)
        #expect(try integer("1.0") == nil)
        #expect(try integer("1e3") == nil)
        #expect(try integer("\"1\"") == nil)
    }

    @Test("damaged documents fail cleanly", arguments: UInt64(1)...40)
    func fuzz(seed: UInt64) {
        var random = Seeded(seed)
        let original = Array(#"{"schemaVersion":2,"layers":[{"a":"\u00e9","size":12}],"x":{"y":[true,null]}}"#.utf8)
        for _ in 0..<200 {
            let bytes = random.mutated(original)
            do { _ = try JSONValue(parsing: bytes) } catch { #expect((0...bytes.count).contains(error.offset)) }
        }
    }
}
