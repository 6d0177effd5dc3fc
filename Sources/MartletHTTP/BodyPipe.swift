/// Bytes on their way from a producer that must not wait to one consumer that may be slow.
///
/// The producer is refused while more than `limit` bytes wait; the consumer is told when it may be asked again.
final class BodyPipe: Sendable {
    private struct State {
        var chunks: [[UInt8]] = []
        var count = 0
        var wasRefused = false
        var end: Result<Void, HTTPTransportError>?
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let limit: Int
    private let state = Guarded(State())

    init(limit: Int) { self.limit = limit }

    /// - Returns: false when the consumer is too far behind; the bytes were not taken.
    func offer(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let chunk = unsafe [UInt8](bytes)
        let (isTaken, waiting) = state.locked { state in
            guard state.count < limit else {
                state.wasRefused = true
                return (false, [CheckedContinuation<Void, Never>]())
            }
            if !chunk.isEmpty { state.chunks.append(chunk) }
            state.count += chunk.count
            defer { state.waiting = [] }
            return (true, state.waiting)
        }
        waiting.forEach { $0.resume() }
        return isTaken
    }

    /// Nothing comes any more. What waits is still delivered, then the failure is thrown. Only the first call counts.
    func finish(_ failure: HTTPTransportError?) {
        let waiting = state.locked { state in
            if state.end == nil { state.end = failure.map { .failure($0) } ?? .success(()) }
            defer { state.waiting = [] }
            return state.waiting
        }
        waiting.forEach { $0.resume() }
    }

    /// The next bytes; `nil` at the end.
    /// - Returns: also whether the producer, having been refused, should offer again.
    func next() async throws(HTTPTransportError) -> (bytes: [UInt8]?, shouldResume: Bool) {
        while true {
            let taken = try state.locked { (state) throws(HTTPTransportError) in try Self.take(&state, limit: limit) }
            if let taken { return taken }
            await wait()
        }
    }

    private static func take(
        _ state: inout State,
        limit: Int
    ) throws(HTTPTransportError) -> (bytes: [UInt8]?, shouldResume: Bool)? {
        guard !state.chunks.isEmpty else {
            guard let end = state.end else { return nil }
            try end.get()
            return (nil, false)
        }
        let chunk = state.chunks.removeFirst()
        state.count -= chunk.count
        guard state.wasRefused, state.count <= limit / 2 else { return (chunk, false) }
        state.wasRefused = false
        return (chunk, true)
    }

    private func wait() async {
        await withCheckedContinuation { continuation in
            let isReady = state.locked { state in
                let isReady = !state.chunks.isEmpty || state.end != nil
                if !isReady { state.waiting.append(continuation) }
                return isReady
            }
            if isReady { continuation.resume() }
        }
    }
}
