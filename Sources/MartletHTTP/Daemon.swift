import CMartletShims
import CMicrohttpd
import Dispatch
import Glibc

/// A libmicrohttpd daemon and the exchanges that are open in it.
///
/// `@unchecked Sendable`: `handle` is set once before it is shared and libmicrohttpd locks its own daemon; everything
/// else is immutable or guarded.
@safe final class Daemon: @unchecked Sendable {
    private enum Phase { case listening, draining, stopped }

    private struct State {
        var phase = Phase.listening
        var open: [UInt64: Exchange] = [:]
        var lastID: UInt64 = 0
        /// How many open exchanges were handed to `incoming`.
        var dispatched = 0
        var socket: ListeningSocket?
        /// Let go of when the daemon stops: exchanges that nobody took from it hold the daemon.
        var incoming: AsyncStream<Exchange>.Continuation?
        var waitingForIdle: [AsyncStream<Void>.Continuation] = []
    }

    let maximumBodyBytes: Int
    let hangups: HangupWatch
    let idleTimeoutSeconds: UInt32
    private let state = Guarded(State())
    private var handle: OpaquePointer?

    /// What a connection's request head may use at most, and half of it the size of a chunk sent.
    private static let connectionMemory = 64 << 10

    /// - Parameter incoming: gets every request that was read to the end, to be answered once.
    init(
        _ socket: ListeningSocket,
        _ configuration: HTTPServer.Configuration,
        incoming: AsyncStream<Exchange>.Continuation
    ) throws(HTTPServerError) {
        maximumBodyBytes = configuration.maximumBodyBytes
        idleTimeoutSeconds = UInt32(clamping: configuration.idleTimeout.components.seconds)
        hangups = try HangupWatch()
        state.locked { ($0.socket, $0.incoming) = (socket, incoming) }
        // libmicrohttpd may close what it is given.
        let listening = fcntl(socket.descriptor, F_DUPFD_CLOEXEC, 0)
        guard listening >= 0 else { throw .cannotListen("No descriptors are left for a server.") }
        let context = unsafe Unmanaged.passRetained(self)
        var options = unsafe martlet_mhd_options(
            listening_descriptor: listening,
            connection_limit: configuration.connectionLimit,
            connection_memory: Self.connectionMemory,
            idle_timeout_seconds: idleTimeoutSeconds,
            context: context.toOpaque(),
            uri: MHDCallbacks.uri,
            answer: unsafeBitCast(MHDCallbacks.answer, to: UnsafeMutableRawPointer.self),
            completed: unsafeBitCast(MHDCallbacks.completed, to: UnsafeMutableRawPointer.self)
        )
        guard let handle = unsafe martlet_mhd_start(&options) else {
            unsafe context.release()
            throw .cannotListen("libmicrohttpd does not start: out of memory, threads or descriptors.")
        }
        unsafe self.handle = handle
        hangups.start { [weak self] id in self?.exchange(id)?.abort() }
    }

    /// Opens an exchange; it is aborted from the start when the daemon is stopped.
    func open(target: String, on connection: OpaquePointer) -> Exchange {
        let (exchange, isStopped) = state.locked { state in
            state.lastID += 1
            let exchange = unsafe Exchange(id: state.lastID, target: target, connection: connection, daemon: self)
            state.open[exchange.id] = exchange
            return (exchange, state.phase == .stopped)
        }
        if isStopped { exchange.abort() }
        return exchange
    }

    /// Hands a request over to be answered.
    func dispatch(_ exchange: Exchange) {
        let incoming = state.locked { state in
            state.dispatched += 1
            return state.incoming
        }
        incoming?.yield(exchange)
    }

    /// libmicrohttpd has let go of the exchange.
    func close(_ exchange: Exchange, wasDispatched: Bool) {
        let waiting = state.locked { state in
            state.open[exchange.id] = nil
            if wasDispatched { state.dispatched -= 1 }
            guard state.dispatched == 0 else { return [AsyncStream<Void>.Continuation]() }
            defer { state.waitingForIdle = [] }
            return state.waitingForIdle
        }
        waiting.forEach { $0.finish() }
    }

    var isDraining: Bool { state.locked { $0.phase != .listening } }

    /// Stops listening; open connections stay.
    func drain() {
        state.locked { state in
            guard state.socket != nil else { return }
            state.socket = nil
            state.phase = .draining
            // Under the lock, so that nobody stops the daemon meanwhile; this only wakes its thread.
            let listening = unsafe MHD_quiesce_daemon(handle)
            if listening >= 0 { Glibc.close(listening) }
        }
    }

    /// Returns when no dispatched exchange is open, or when the task is cancelled.
    func untilIdle() async {
        let (idle, continuation) = AsyncStream<Void>.makeStream()
        let isIdle = state.locked { state in
            if state.dispatched > 0 { state.waitingForIdle.append(continuation) }
            return state.dispatched == 0
        }
        if isIdle { continuation.finish() }
        for await _ in idle {}
    }

    /// Breaks off what is open and ends libmicrohttpd's thread; blocks for that long. Later calls do nothing.
    func stop() {
        drain()
        let open = state.locked { state -> [Exchange]? in
            guard state.phase != .stopped else { return nil }
            state.phase = .stopped
            return Array(state.open.values)
        }
        guard let open else { return }
        // libmicrohttpd aborts the process when it is stopped while a connection is suspended.
        open.forEach { $0.abort() }
        unsafe MHD_stop_daemon(handle)
        hangups.stop()
        let incoming = state.locked { state in
            defer { state.incoming = nil }
            return state.incoming
        }
        incoming?.finish()
        unsafe Unmanaged.passUnretained(self).release()
    }

    func stopOnOwnThread() async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                self.stop()
                continuation.resume()
            }
        }
    }

    private func exchange(_ id: UInt64) -> Exchange? { state.locked { $0.open[id] } }
}
