import CMartletShims
import CMicrohttpd

/// One request and its answer, between libmicrohttpd's thread and the task that answers.
///
/// `@unchecked Sendable`: `connection` is used only inside libmicrohttpd's callbacks for it, or under the lock while
/// it is suspended and so cannot be freed; the rest is immutable or guarded.
@safe final class Exchange: @unchecked Sendable {
    struct State {
        var request: HTTPRequest
        /// Body bytes read, kept or not.
        var received = 0
        var hasHead = false
        var isDispatched = false
        var isStreaming = false
        /// libmicrohttpd waits for `resume`.
        var isSuspended = false
        /// The client is gone, or the server stops: nothing more is read or sent.
        var isAborted = false
        /// libmicrohttpd has forgotten the connection's request.
        var isEnded = false
        var answer: MHDResponse?
        var output = Output()
    }

    /// Pieces of a streamed body that wait for the socket.
    struct Output {
        var pieces: [[UInt8]] = []
        /// Bytes of the first piece that are sent.
        var offset = 0
        var count = 0
        var isComplete = false
        /// The task that streams, waiting for room.
        var waiting: CheckedContinuation<Void, Never>?
        /// Finished when the exchange is aborted.
        var gone: AsyncStream<Void>.Continuation?
    }

    /// The largest piece that is sent as one chunk.
    static let pieceLimit = 32 << 10
    /// How many bytes of a streamed body wait at most, plus the element that crosses the line.
    static let outputLimit = 64 << 10

    let id: UInt64
    let daemon: Daemon
    let connection: OpaquePointer
    let state: Guarded<State>

    @unsafe init(id: UInt64, target: String, connection: OpaquePointer, daemon: Daemon) {
        self.id = id
        self.daemon = daemon
        unsafe self.connection = connection
        let (path, query) = RequestTarget.split(target)
        state = Guarded(State(request: HTTPRequest("", path, query: query)))
    }

    /// The client is gone or the server stops: wakes whoever waits.
    func abort() {
        let (waiting, gone) = state.locked { state in
            state.isAborted = true
            resumeConnection(&state)
            defer { (state.output.waiting, state.output.gone) = (nil, nil) }
            return (state.output.waiting, state.output.gone)
        }
        waiting?.resume()
        gone?.finish()
    }

    /// libmicrohttpd is done with this request, sent or not; `isKept` says that the connection may bring another.
    func end(isKept: Bool) {
        let (answer, wasDispatched, wasStreaming) = state.locked { state in
            state.isEnded = true
            defer { state.answer = nil }
            return (state.answer, state.isDispatched, state.isStreaming)
        }
        _ = answer  // Freed outside of the lock: it may hold the last reference to this exchange.
        if wasStreaming { endStreaming(isKept: isKept) }
        abort()
        daemon.close(self, wasDispatched: wasDispatched)
    }

    /// Lets libmicrohttpd go on with a suspended connection. Under the lock, so that it cannot end meanwhile.
    func resumeConnection(_ state: inout State) {
        guard state.isSuspended else { return }
        state.isSuspended = false
        unsafe MHD_resume_connection(connection)
    }

    /// Lets libmicrohttpd leave the connection alone until `resumeConnection`. Only inside its callbacks.
    func suspendConnection(_ state: inout State) {
        state.isSuspended = true
        unsafe MHD_suspend_connection(connection)
    }
}
