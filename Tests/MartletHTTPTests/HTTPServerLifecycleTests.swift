import Glibc
import MartletHTTP
import MartletTestSupport
import Testing

@Suite("HTTP server, life cycle", .timeLimit(.minutes(2)))
struct HTTPServerLifecycleTests {
    private let ping = [Route(.get, "/ping") { _ in .text(.ok, "pong") }]

    private func temporaryPath(_ name: String) -> String {
        "/tmp/martlet-\(name)-\(getpid())-\(UInt32.random(in: 0 ... .max)).sock"
    }

    @Test("shutdown lets the answers under way finish, refuses what is new, and ends run")
    func graceful() async throws {
        let entered = AsyncStream<Void>.makeStream()
        let release = AsyncStream<Void>.makeStream()
        let server = try HTTPServer(
            HTTPServer.Configuration(.tcp(address: "127.0.0.1", port: 0)),
            routes: ping + [
                Route(.get, "/slow") { _ in
                    entered.continuation.finish()
                    for await _ in release.stream {}
                    return .text(.ok, "done")
                }
            ]
        )
        let client = HTTPClient(HTTPClient.Configuration(baseURL: "http://127.0.0.1:\(server.port)"))
        await withDiscardingTaskGroup { group in
            group.addTask { await server.run() }
            async let slow = client.send(HTTPRequest(.get, "/slow"), timeout: .seconds(30))
            for await _ in entered.stream {}
            async let shutdown: Void = server.shutdown(grace: .seconds(30))
            await #expect(throws: HTTPTransportError.self) {
                let fresh = HTTPClient(HTTPClient.Configuration(baseURL: "http://127.0.0.1:\(server.port)"))
                while true { _ = try await fresh.send(HTTPRequest(.get, "/ping"), timeout: .seconds(10)) }
            }
            release.continuation.finish()
            await shutdown
            let answer = try? await slow
            #expect(answer?.status == .ok)
            #expect(answer?.headers["Connection"] == "close")
        }
    }

    @Test("what outlasts the grace is broken off, and its client can tell")
    func breaksOff() async throws {
        let ended = AsyncStream<Void>.makeStream()
        let server = try HTTPServer(
            HTTPServer.Configuration(.tcp(address: "127.0.0.1", port: 0)),
            routes: [
                Route(.get, "/endless") { _ in
                    let (stream, continuation) = AsyncStream<[UInt8]>.makeStream()
                    continuation.onTermination = { _ in ended.continuation.finish() }
                    continuation.yield([1])
                    return HTTPResponse(.ok, body: .stream(stream))
                }
            ]
        )
        let client = HTTPClient(HTTPClient.Configuration(baseURL: "http://127.0.0.1:\(server.port)"))
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await server.run() }
            let answer = try await client.open(HTTPRequest(.get, "/endless"))
            var iterator = answer.body.makeAsyncIterator()
            #expect(try await iterator.next() == [1])
            await server.shutdown(grace: .milliseconds(1))
            await #expect(throws: HTTPTransportError.self) { try await iterator.next() }
            for await _ in ended.stream {}
        }
    }

    @Test("cancelling run stops the server, streams and all")
    func cancelled() async throws {
        let server = try HTTPServer(
            HTTPServer.Configuration(.tcp(address: "127.0.0.1", port: 0)),
            routes: [Route(.get, "/") { _ in HTTPResponse(.ok, body: .stream(AsyncStream { _ in })) }]
        )
        let client = HTTPClient(HTTPClient.Configuration(baseURL: "http://127.0.0.1:\(server.port)"))
        try await withThrowingTaskGroup { group in
            group.addTask { await server.run() }
            let answer = try await client.open(HTTPRequest(.get, "/"))
            group.cancelAll()
            try await group.waitForAll()
            await #expect(throws: HTTPTransportError.self) { for try await _ in answer.body {} }
        }
    }

    @Test("a server that never ran is dropped without harm, with requests waiting")
    func neverRan() async throws {
        let raw: RawConnection
        do {
            let server = try HTTPServer(HTTPServer.Configuration(.tcp(address: "127.0.0.1", port: 0)), routes: ping)
            raw = try RawConnection(port: server.port)
            try await raw.send("GET /ping HTTP/1.1\r\nHost: h\r\n\r\n")
        }
        #expect(await raw.receiveToEnd() == "")
    }

    @Test("starting and stopping again and again leaves no descriptor and no thread behind")
    func noLeak() async {
        await #expect(processExitsWith: .success) {
            func round() async throws {
                let table = RouteTable([Route(.get, "/ping") { _ in .text(.ok, "pong") }])
                try await withHTTPServer(table) { _, client in
                    _ = try await client.send(HTTPRequest(.get, "/ping"), timeout: .seconds(10))
                    _ = try await client.open(HTTPRequest(.get, "/ping"))
                }
            }
            /// A client's thread ends a moment after its client.
            func settled(_ directory: String, limit: Int) async throws -> Int {
                for _ in 0..<100 where entryCount(directory) > limit { try await Task.sleep(for: .milliseconds(20)) }
                return entryCount(directory)
            }
            for _ in 0..<5 { try await round() }
            let descriptors = entryCount("/proc/self/fd")
            let threads = entryCount("/proc/self/task")
            for _ in 0..<100 { try await round() }
            let descriptorsAfter = try await settled("/proc/self/fd", limit: descriptors + 20)
            precondition(descriptorsAfter <= descriptors + 20, "\(descriptorsAfter) descriptors, after \(descriptors)")
            let threadsAfter = try await settled("/proc/self/task", limit: threads + 20)
            precondition(threadsAfter <= threads + 20, "\(threadsAfter) threads, after \(threads)")
        }
    }

    @Test("a port in use is an error that names it")
    func portInUse() async throws {
        let first = try HTTPServer(HTTPServer.Configuration(.tcp(address: "127.0.0.1", port: 0)), routes: ping)
        let text = "Cannot listen on 127.0.0.1:\(first.port): Address already in use."
        #expect(throws: HTTPServerError.cannotListen(text)) {
            try HTTPServer(HTTPServer.Configuration(.tcp(address: "127.0.0.1", port: first.port)), routes: ping)
        }
        #expect(throws: HTTPServerError.cannotListen("Cannot listen on localhost:1: it is no numeric address.")) {
            try HTTPServer(HTTPServer.Configuration(.tcp(address: "localhost", port: 1)), routes: ping)
        }
    }

    @Test("IPv6 works")
    func ipv6() async throws {
        try await withHTTPServer(RouteTable(ping), configure: { $0.endpoint = .tcp(address: "::1", port: 0) }) {
            server,
            _ in
            let client = HTTPClient(HTTPClient.Configuration(baseURL: "http://[::1]:\(server.port)"))
            let status1 = try await client.send(HTTPRequest(.get, "/ping"), timeout: .seconds(10)).status
            #expect(status1 == .ok)
        }
    }

    @Test("a unix socket is made, replaced when stale, kept when in use, and removed")
    func unixSocket() async throws {
        let path = temporaryPath("http")
        let client = HTTPClient(HTTPClient.Configuration(baseURL: "unix:\(path)"))
        for _ in 0..<2 {
            try await withHTTPServer(RouteTable(ping), configure: { $0.endpoint = .unix(path: path) }) { server, _ in
                #expect(server.port == 0)
                let status2 = try await client.send(HTTPRequest(.get, "/ping"), timeout: .seconds(10)).status
                #expect(status2 == .ok)
                var status = stat()
                #expect(unsafe stat(path, &status) == 0 && status.st_mode & 0o777 == 0o660)
                #expect(throws: HTTPServerError.cannotListen("Cannot listen on \(path): Address already in use.")) {
                    try HTTPServer(HTTPServer.Configuration(.unix(path: path)), routes: ping)
                }
            }
            #expect(unsafe access(path, F_OK) == -1)
            leaveStaleSocket(path)
        }
        unsafe unlink(path)
    }

    private func leaveStaleSocket(_ path: String) {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        let code = unsafe withUnsafePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(code == 0)
        close(descriptor)
    }

    @Test("listens on a socket that it inherited")
    func inherited() async throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #expect(listen(descriptor, 8) == 0)  // The kernel chooses a port, on every address.
        try await withHTTPServer(
            RouteTable(ping),
            configure: { $0.endpoint = .inherited(descriptor: descriptor) },
            body: { server, client in
                #expect(server.port > 0)
                let answer = try await client.send(HTTPRequest(.get, "/ping"), timeout: .seconds(10))
                #expect(answer.status == .ok)
            }
        )
        #expect(throws: HTTPServerError.self) {
            try HTTPServer(HTTPServer.Configuration(.inherited(descriptor: 9999)), routes: ping)
        }
    }
}

/// How many names a directory has.
private func entryCount(_ path: String) -> Int {
    guard let directory = unsafe opendir(path) else { return -1 }
    defer { unsafe closedir(directory) }
    var count = 0
    while unsafe readdir(directory) != nil { count += 1 }
    return count
}
