/// Reads a whole answer into memory, up to a limit.
final class AnswerCollector: TransferReceiver {
    typealias Continuation = CheckedContinuation<Result<HTTPAnswer, HTTPTransportError>, Never>

    private struct State {
        var continuation: Continuation?
        var head = AnswerHead()
        var body: [UInt8] = []
    }

    private let limit: Int
    private let state = Guarded(State())

    init(limit: Int) { self.limit = limit }

    /// Who waits; to be called before the transfer starts.
    func expect(_ continuation: Continuation) { state.locked { $0.continuation = continuation } }

    func began(_ head: AnswerHead) {
        state.locked {
            $0.head = head
            // A wrong length only costs address space up to the cap.
            $0.body.reserveCapacity(min(Int(head.headers["Content-Length"] ?? "") ?? 0, limit, 16 << 20))
        }
    }

    func received(_ bytes: UnsafeRawBufferPointer) -> TransferVerdict {
        state.locked { state in
            guard state.body.count + bytes.count <= limit else { return .refuse(.answerTooLarge(limit: limit)) }
            unsafe state.body.append(contentsOf: bytes)
            return .taken
        }
    }

    func ended(_ failure: HTTPTransportError?) {
        let (continuation, answer) = state.locked { state in
            defer { (state.continuation, state.body) = (nil, []) }
            let answer = HTTPAnswer(status: state.head.status, headers: state.head.headers, body: state.body)
            return (state.continuation, answer)
        }
        continuation?.resume(returning: failure.map { .failure($0) } ?? .success(answer))
    }
}
