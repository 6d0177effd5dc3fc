import MartletHTTP
import MartletTestSupport
import Testing

@Suite("HTTP server", .timeLimit(.minutes(2)))
struct HTTPServerTests {
    @Test("answers a request and keeps the connection for the next")
    func answers() async throws {
        let table = RouteTable([
            Route(.post, "/v1/echo/{name}") { request in
                HTTPResponse(
                    .created,
                    headers: ["X-Name": request.parameters["name"] ?? ""],
                    body: .bytes(request.body)
                )
            }
        ])
        try await withHTTPServer(table) { _, client in
            for text in ["one", "two", ""] {
                let request = HTTPRequest(.post, "/v1/echo/a%20b", query: "q=1", body: Array(text.utf8))
                let answer = try await client.send(request, timeout: .seconds(10))
                #expect(answer.status == .created)
                #expect(answer.headers["x-name"] == "a b")
                #expect(String(decoding: answer.body, as: UTF8.self) == text)
            }
        }
    }
}
