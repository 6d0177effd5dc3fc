import Testing

@testable import MartletRegistry

@Suite("Content ranges")
struct ContentRangeTests {
    @Test(
        "are read, or are none",
        arguments: [
            ("bytes 0-9/10", [0, 9, 10]), ("BYTES 5-9/10", [5, 9, 10]), ("bytes 5-9/*", [5, 9]), ("bytes */10", nil),
            ("bytes 9-5/10", nil), ("bytes 0-10/10", nil), ("bytes 0-9", nil), ("0-9/10", nil), ("bytes -1-9/10", nil),
            ("bytes 0-9/10/11", nil), ("", nil), ("bytes a-b/c", nil), ("bytes 0-99999999999999999999/*", nil),
        ] as [(String, [Int64]?)]
    )
    func read(text: String, numbers: [Int64]?) {
        let range = ContentRange(text)
        #expect(range.map { [$0.first, $0.last] + ($0.total.map { [$0] } ?? []) } == numbers)
    }
}
