public import MartletHTTP

/// Runs a server on a free loopback port and gives `body` its port and a client for it; stops it afterwards.
public func withHTTPServer<R: Sendable>(
    _ table: RouteTable,
    configure: (inout HTTPServer.Configuration) -> Void = { _ in },
    body: (HTTPServer, HTTPClient) async throws -> R
) async throws -> R {
    var configuration = HTTPServer.Configuration(.tcp(address: "127.0.0.1", port: 0))
    configure(&configuration)
    let server = try HTTPServer(configuration, table)
    let client = HTTPClient(HTTPClient.Configuration(baseURL: "http://127.0.0.1:\(server.port)"))
    return try await withThrowingTaskGroup { group in
        group.addTask { await server.run() }
        let result: Result<R, any Error>
        do { result = .success(try await body(server, client)) } catch { result = .failure(error) }
        await server.shutdown(grace: .zero)
        try await group.waitForAll()
        return try result.get()
    }
}
