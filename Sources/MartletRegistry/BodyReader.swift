internal import MartletModels

/// Reads an answer's body and gives up when nothing comes any more.
enum BodyReader {
    enum Failure<E: Error>: Error {
        /// The connection broke, or fewer bytes than 1 KiB/s came for 30 s.
        case broken(String)
        case cancelled
        /// The reader did not want it.
        case reader(E)
    }

    private enum Event: Sendable {
        case bytes([UInt8])
        case end
        case broken(String)
        case windowEnded
    }

    /// Hands every piece to `take`, which may be as slow as it likes.
    static func read<E: Error>(
        _ body: AsyncThrowingStream<[UInt8], any Error>,
        _ timing: Timing,
        take: ([UInt8]) async throws(E) -> Void
    ) async throws(Failure<E>) {
        let result: Result<Void, Failure<E>> = await withTaskGroup(of: Event.self) { group in
            group.addTask { await next(body) }
            group.addTask { await window(timing) }
            defer { group.cancelAll() }
            var (count, spentInTake) = (0, Duration.zero)
            while let event = await group.next() {
                guard !Task.isCancelled else { return .failure(.cancelled) }
                switch event {
                case .bytes(let bytes):
                    count += bytes.count
                    let began = timing.now()
                    do throws(E) { try await take(bytes) } catch { return .failure(.reader(error)) }
                    spentInTake += began.duration(to: timing.now())
                    group.addTask { await next(body) }
                case .end: return .success(())
                case .broken(let text): return .failure(.broken(text))
                case .windowEnded:
                    let isSlow = count < Timing.stallBytes && spentInTake < Timing.stallWindow / 2
                    guard !isSlow else { return .failure(.broken("nothing comes any more")) }
                    (count, spentInTake) = (0, .zero)
                    group.addTask { await window(timing) }
                }
            }
            return .failure(.cancelled)
        }
        try result.get()
    }

    /// The whole body.
    /// - Returns: `nil` when it has more than `limit` bytes.
    static func collect(
        _ body: AsyncThrowingStream<[UInt8], any Error>,
        _ timing: Timing,
        limit: Int
    ) async throws(Failure<Never>) -> [UInt8]? {
        struct TooLong: Error {}
        var bytes: [UInt8] = []
        do throws(Failure<TooLong>) {
            try await read(body, timing) { (piece) throws(TooLong) in
                guard bytes.count + piece.count <= limit else { throw TooLong() }
                bytes += piece
            }
        } catch {
            switch error {
            case .broken(let text): throw .broken(text)
            case .cancelled: throw .cancelled
            case .reader: return nil
            }
        }
        return bytes
    }

    /// A new iterator continues where the last one stopped; the stream keeps the state.
    private static func next(_ body: AsyncThrowingStream<[UInt8], any Error>) async -> Event {
        var iterator = body.makeAsyncIterator()
        do { return try await iterator.next().map(Event.bytes) ?? .end } catch { return .broken("\(error)") }
    }

    private static func window(_ timing: Timing) async -> Event {
        await timing.deadline(Timing.stallWindow)
        return .windowEnded
    }
}
