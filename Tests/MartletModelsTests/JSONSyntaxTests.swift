@testable import MartletModels
import Testing

@Suite("JSON syntax")
struct JSONSyntaxTests {
    @Test(
        "values",
        arguments: [
            "null", "true", " false ", "0", "-0", "12", "-1.5e+10", "1E-2", "\"\"", #""a\"\\\/\u00e9ü""#, "[]", "[ ]",
            "{}", "[1,[2,{}],\"x\"]", #"{"a":{"b":[null]},"c":1}"#, " {\n\t\"a\" : 1 , \"b\" : 2 }\r\n",
        ]
    )
    func valid(text: String) { #expect(JSONSyntax.isValue(Array(text.utf8))) }

    @Test(
        "no values",
        arguments: [
            "", " ", "nul", "tru e", "01", "1.", ".5", "-", "1e", "+1", "\"", "\"\u{01}\"", #""\x""#, #""\u12g4""#,
            "[", "[1", "[1,]", "[,1]", "{", "{1:2}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, "[] []", "'a'", "[1}",
        ]
    )
    func invalid(text: String) { #expect(!JSONSyntax.isValue(Array(text.utf8))) }

    @Test("nesting has a limit, and does not exhaust the stack")
    func depth() {
        func nested(_ count: Int) -> [UInt8] {
            Array((String(repeating: "[", count: count) + String(repeating: "]", count: count)).utf8)
        }
        #expect(JSONSyntax.isValue(nested(200)))
        #expect(!JSONSyntax.isValue(nested(100_000)))
    }
}
