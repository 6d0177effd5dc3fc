/// Listens with libmicrohttpd and answers from a route table.
///
/// libmicrohttpd's thread only moves bytes: a request read to the end is handed to `run`, which answers it in a child
/// task of its own, while its connection is suspended. Nothing is answered before `run` is called; connections that
/// come earlier wait.
public final class HTTPServer: Sendable {
    /// The port it listens on; 0 on a unix socket.
    public let port: UInt16
    private let table: RouteTable
    private let daemon: Daemon
    private let requests: AsyncStream<Exchange>

    /// Begins to listen.
    /// - Parameter fallback: answers unknown paths and wrong methods, in place of the plain 404 and 405.
    public convenience init(
        _ configuration: Configuration,
        routes: [Route],
        fallback: Route.Handler? = nil
    ) throws(HTTPServerError) {
        try self.init(configuration, RouteTable(routes, fallback: fallback))
    }

    public init(_ configuration: Configuration, _ table: RouteTable) throws(HTTPServerError) {
        let socket = try ListeningSocket(configuration.endpoint)
        self.table = table
        port = socket.port
        let (requests, incoming) = AsyncStream<Exchange>.makeStream()
        self.requests = requests
        daemon = try Daemon(socket, configuration, incoming: incoming)
    }

    deinit { daemon.stop() }

    /// Answers requests until `shutdown` is done or the task is cancelled; cancelling breaks off what is under way.
    ///
    /// Every handler has returned when it returns. To be called once.
    public func run() async {
        await withDiscardingTaskGroup { group in
            for await exchange in requests {
                group.addTask { [table] in await exchange.answer(from: table) }
            }
            await daemon.stopOnOwnThread()
            group.cancelAll()
        }
    }

    /// Stops listening, waits for the answers under way, and then closes every connection.
    ///
    /// New requests on open connections meanwhile get 503. A stream that does not end by itself, such as one of events,
    /// should be ended by its owner first; else it keeps shutdown waiting and is broken off in the end.
    /// - Parameter grace: how long to wait at most.
    public func shutdown(grace: Duration) async {
        daemon.drain()
        await withTaskGroup { group in
            group.addTask { [daemon] in await daemon.untilIdle() }
            group.addTask { try? await Task.sleep(for: grace, clock: .continuous) }
            await group.next()
            group.cancelAll()
        }
        await daemon.stopOnOwnThread()
    }
}
