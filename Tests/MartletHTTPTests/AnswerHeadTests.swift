import Testing

@testable import MartletHTTP

@Suite("Answer head")
struct AnswerHeadTests {
    private func head(_ lines: [String]) -> AnswerHead {
        var head = AnswerHead()
        for line in lines { head.read(Array((line + "\r\n").utf8)) }
        return head
    }

    @Test("reads status and headers in their order")
    func reads() {
        let head = head(["HTTP/1.1 404 Not Found", "A: 1", "b:\t two words \t", "A:", "no colon", ""])
        #expect(head.isComplete)
        #expect(head.status == 404)
        #expect(
            head.headers.fields == [
                .init(name: "A", value: "1"), .init(name: "b", value: "two words"), .init(name: "A", value: ""),
            ]
        )
    }

    @Test("forgets interim answers, and ignores trailers")
    func interim() {
        let head = head(["HTTP/1.1 100 Continue", "X: y", "", "HTTP/1.1 200", "", "Trailer: z"])
        #expect(head.isComplete)
        #expect(head.status == 200)
        #expect(head.headers == [:])
    }

    @Test("any bytes are read without harm")
    func fuzz() {
        var generator = TestGenerator(seed: 7)
        for _ in 0..<2000 {
            var head = AnswerHead()
            for _ in 0..<5 {
                let bytes = (0..<Int.random(in: 0..<30, using: &generator)).map { _ in
                    Bool.random(using: &generator)
                        ? UInt8.random(in: 0...255, using: &generator)
                        : Array("HTTP/1 20:\r\n".utf8).randomElement(using: &generator) ?? 0
                }
                head.read(bytes)
            }
            #expect(head.status.rawValue < 1000)
        }
    }
}
