import CMartletShims
import CMicrohttpd
import Glibc

/// Answering, in a task; and handing out the streamed body, on libmicrohttpd's thread.
extension Exchange {
    /// Lets the table answer, and streams the answer's body until it ends or the client is gone.
    func answer(from table: RouteTable) async {
        let request = state.locked { state in
            defer { state.request.body = [] }
            return state.request
        }
        let response = await table.answer(request)
        let isClosing = daemon.isDraining
        guard request.method != .head, response.mayHaveContent, case .stream(let stream) = response.body else {
            return provide(MHDResponse(response, bytes: response.plainBytes, closing: isClosing))
        }
        let (gone, continuation) = AsyncStream<Void>.makeStream()
        let isAborted = state.locked { state in
            state.output.gone = continuation
            return state.isAborted
        }
        guard !isAborted else { return }
        provide(MHDResponse(response, streaming: self, closing: isClosing))
        await withTaskGroup { group in
            group.addTask { await self.pump(stream) }
            group.addTask { for await _ in gone {} }
            await group.next()
            group.cancelAll()
        }
    }

    /// Gives libmicrohttpd its answer; without one, the connection is closed.
    private func provide(_ answer: MHDResponse?) {
        guard let answer else { return abort() }
        state.locked { state in
            guard !state.isEnded, !state.isAborted else { return }
            state.answer = answer
            resumeConnection(&state)
        }
    }

    private func pump(_ stream: AsyncStream<[UInt8]>) async {
        await withTaskCancellationHandler {
            for await piece in stream where !piece.isEmpty {
                if await push(piece) { continue }
                // Nobody wants more. A stream is told by asking it from a cancelled task: it then ends, and says why.
                unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            }
            // A cancelled task's stream ends early; the client must not take that for the whole body.
            guard !Task.isCancelled else { return abort() }
            state.locked { state in
                state.output.isComplete = true
                resumeConnection(&state)
            }
        } onCancel: {
            abort()
        }
    }

    /// - Returns: false when nobody wants more.
    private func push(_ piece: [UInt8]) async -> Bool {
        await withCheckedContinuation { continuation in
            let mustWait = state.locked { state in
                guard !state.isAborted else { return false }
                state.output.pieces.append(piece)
                state.output.count += piece.count
                resumeConnection(&state)
                guard state.output.count > Self.outputLimit else { return false }
                state.output.waiting = continuation
                return true
            }
            if !mustWait { continuation.resume() }
        }
        return state.locked { !$0.isAborted }
    }

    /// Copies what is ready, at most one piece; suspends the connection when nothing is.
    /// - Returns: a count, 0 when suspended, or one of libmicrohttpd's codes for the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let (count, waiting) = state.locked { state -> (Int, CheckedContinuation<Void, Never>?) in
            if state.isAborted { return (-2, nil) }  // MHD_CONTENT_READER_END_WITH_ERROR
            guard !state.output.pieces.isEmpty else {
                if state.output.isComplete { return (-1, nil) }  // MHD_CONTENT_READER_END_OF_STREAM
                suspendConnection(&state)
                return (0, nil)
            }
            let count = unsafe state.output.take(into: buffer)
            guard state.output.count <= Self.outputLimit else { return (count, nil) }
            defer { state.output.waiting = nil }
            return (count, state.output.waiting)
        }
        waiting?.resume()
        return count
    }

    /// The stream begins: it has no idle time limit, and its client is watched.
    func beginStreaming() {
        state.locked { $0.isStreaming = true }
        unsafe martlet_mhd_set_idle_timeout(connection, 0)
        if !daemon.hangups.watch(unsafe martlet_mhd_descriptor(connection), id: id) { abort() }
    }

    func endStreaming(isKept: Bool) {
        daemon.hangups.forget(unsafe martlet_mhd_descriptor(connection))
        if isKept { unsafe martlet_mhd_set_idle_timeout(connection, daemon.idleTimeoutSeconds) }
    }
}

extension Exchange.Output {
    fileprivate mutating func take(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let rest = pieces[0][offset...]
        let count = min(rest.count, buffer.count)
        unsafe buffer.copyBytes(from: rest.prefix(count))
        offset += count
        self.count -= count
        if offset == pieces[0].count {
            pieces.removeFirst()
            offset = 0
        }
        return count
    }
}

extension HTTPResponse {
    fileprivate var plainBytes: [UInt8] {
        if case .bytes(let bytes) = body { bytes } else { [] }
    }
}
