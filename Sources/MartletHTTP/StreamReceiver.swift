/// Hands an answer's head over at once and its body through a pipe.
final class StreamReceiver: TransferReceiver {
    typealias Continuation = CheckedContinuation<Result<AnswerHead, HTTPTransportError>, Never>

    /// At most 1 MiB waits for the consumer, plus the piece that crosses the line.
    let pipe = BodyPipe(limit: 1 << 20)
    private let head = Guarded<Continuation?>(nil)

    /// Who waits for the head; to be called before the transfer starts.
    func expect(_ continuation: Continuation) { head.locked { $0 = continuation } }

    func began(_ head: AnswerHead) { resume(.success(head)) }

    func received(_ bytes: UnsafeRawBufferPointer) -> TransferVerdict {
        unsafe pipe.offer(bytes) ? .taken : .pause
    }

    func ended(_ failure: HTTPTransportError?) {
        pipe.finish(failure)
        // Only matters when it ended before there was a head.
        resume(.failure(failure ?? .interrupted("The answer ended before its head.")))
    }

    private func resume(_ result: Result<AnswerHead, HTTPTransportError>) {
        let waiting = head.locked { head in
            defer { head = nil }
            return head
        }
        waiting?.resume(returning: result)
    }
}

/// The consumer's end of a streaming answer; the transfer is cancelled when it goes.
final class StreamReader: Sendable {
    private let pipe: BodyPipe
    private let transfer: CurlTransfer
    private let loop: CurlLoop

    init(pipe: BodyPipe, transfer: CurlTransfer, loop: CurlLoop) {
        (self.pipe, self.transfer, self.loop) = (pipe, transfer, loop)
    }

    deinit { loop.cancel(transfer) }

    func next() async throws(HTTPTransportError) -> [UInt8]? {
        let result: Result<(bytes: [UInt8]?, shouldResume: Bool), HTTPTransportError> =
            await withTaskCancellationHandler {
                do throws(HTTPTransportError) { return .success(try await pipe.next()) } catch {
                    return .failure(error)
                }
            } onCancel: {
                loop.cancel(transfer)
            }
        let next = try result.get()
        if next.shouldResume { loop.resume(transfer) }
        return next.bytes
    }
}
