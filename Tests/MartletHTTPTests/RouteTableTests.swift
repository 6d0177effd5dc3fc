import Testing

@testable import MartletHTTP

@Suite("Route table")
struct RouteTableTests {
    private static func route(_ method: HTTPMethod, _ pattern: String) -> Route {
        Route(method, pattern) { _ in .text(.ok, "\(method.rawValue) \(pattern)") }
    }

    private let table = RouteTable([
        route(.post, "/v1/ping"),
        route(.get, "/v1/events"),
        route(.get, "/v3/apps"),
        route(.post, "/v3/apps"),
        route(.get, "/v3/apps/{guid}"),
        route(.get, "/v3/apps/{guid}/env"),
        route(.get, "/v3/apps/mine"),
        route(.delete, "/v3/apps/{other}"),
        route(.get, "/"),
    ])

    /// `METHOD pattern key=value`, `allow …`, or `none`.
    private func describe(_ match: RouteTable.Match) -> String {
        switch match {
        case .route(let route, let parameters):
            let pairs = parameters.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }
            return "\(route.method.rawValue) \(route.pattern)" + pairs.joined()
        case .methodNotAllowed(let allow): return "allow " + allow.map(\.rawValue).joined(separator: " ")
        case .notFound: return "none"
        }
    }

    @Test(
        "finds the route, or says what else there is",
        arguments: [
            ("POST", "/v1/ping", "POST /v1/ping"),
            ("GET", "/v1/ping", "allow POST"),
            ("HEAD", "/v1/events", "allow GET"),
            ("post", "/v1/ping", "allow POST"),
            ("POST", "/v1/ping/", "none"),
            ("POST", "/V1/ping", "none"),
            ("POST", "/v1//ping", "none"),
            ("POST", "//v1/ping", "none"),
            ("POST", "/v1/./ping", "none"),
            ("POST", "/v1%2Fping", "none"),
            ("POST", "/v1", "none"),
            ("POST", "", "none"),
            ("OPTIONS", "*", "none"),
            ("GET", "/", "GET /"),
            ("PUT", "/v3/apps", "allow GET POST"),
            ("GET", "/v3/apps/a", "GET /v3/apps/{guid} guid=a"),
            ("GET", "/v3/apps/a%2Fb%20c", "GET /v3/apps/{guid} guid=a/b c"),
            ("GET", "/v3/apps/%zz", "none"),
            ("GET", "/v3/apps/%ff", "none"),
            ("GET", "/v3/apps/%", "none"),
            ("GET", "/v3/apps/", "none"),
            ("GET", "/v3/apps/mine", "GET /v3/apps/mine"),
            ("DELETE", "/v3/apps/mine", "DELETE /v3/apps/{other} other=mine"),
            ("GET", "/v3/apps/mine/env", "GET /v3/apps/{guid}/env guid=mine"),
            ("PATCH", "/v3/apps/x", "allow DELETE GET"),
        ]
    )
    func match(method: String, path: String, expected: String) {
        #expect(describe(table.match(HTTPMethod(rawValue: method), path)) == expected)
    }

    @Test("answers with the route, and with the plain texts where there is none")
    func answers() async {
        #expect(await text(table, .post, "/v1/ping") == "200 POST /v1/ping")
        #expect(await text(table, .post, "/nothing") == "404 404 page not found\n")
        let refused = await table.answer(HTTPRequest(.get, "/v1/ping"))
        #expect(refused.status == .methodNotAllowed)
        #expect(
            refused.headers == [
                "Content-Type": "text/plain; charset=utf-8", "Allow": "POST", "X-Content-Type-Options": "nosniff",
            ]
        )
    }

    @Test("a fallback answers unknown paths and wrong methods")
    func fallback() async {
        let table = RouteTable([Self.route(.get, "/a")]) { .text(.notFound, "no \($0.path)") }
        #expect(await text(table, .get, "/a") == "200 GET /a")
        #expect(await text(table, .get, "/b") == "404 no /b")
        #expect(await text(table, .post, "/a") == "404 no /a")
    }

    @Test("two routes for one place are a bug")
    func duplicates() async {
        await #expect(processExitsWith: .failure) {
            let handler: Route.Handler = { _ in .notFound }
            _ = RouteTable([Route(.get, "/a/{x}", handler), Route(.get, "/a/{y}", handler)])
        }
    }

    private func text(_ table: RouteTable, _ method: HTTPMethod, _ path: String) async -> String {
        let response = await table.answer(HTTPRequest(method, path))
        guard case .bytes(let bytes) = response.body else { return "a stream" }
        return "\(response.status.rawValue) " + String(decoding: bytes, as: UTF8.self)
    }
}
