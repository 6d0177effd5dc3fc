import Dispatch
import MartletModels

/// Waiting for a descriptor without holding a thread.
public enum Readiness {
    /// What a descriptor becomes ready for.
    public enum Direction: Hashable, Sendable {
        case reading
        case writing
    }

    /// Waits until the descriptor is ready, `timeout` has passed, or the task is cancelled.
    ///
    /// The caller keeps the descriptor open until this returns.
    /// - Parameter despiteCancellation: keep waiting in a cancelled task, for what must not be left half done.
    /// - Returns: true when it is ready; an error or hang-up counts, because the next call on it will not block.
    public static func wait(
        _ descriptor: Int32,
        for direction: Direction,
        timeout: Duration?,
        despiteCancellation: Bool = false
    ) async -> Bool {
        let wait = OneWait(descriptor, direction)
        guard !despiteCancellation else { return await withCheckedContinuation { wait.begin(timeout: timeout, $0) } }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { wait.begin(timeout: timeout, $0) }
        } onCancel: {
            wait.finish(ready: false)
        }
    }
}

/// One wait: a source for the descriptor and a timer, of which the first to fire decides.
///
/// `@unchecked Sendable`: the sources are thread-safe and set once; what changes is behind `state`.
private final class OneWait: @unchecked Sendable {
    private struct State {
        var ready: Bool?
        var begun = false
    }

    private let state = Locked(State())
    private let source: any DispatchSourceProtocol
    private let timer = DispatchSource.makeTimerSource(queue: OneWait.queue)
    private static let queue = DispatchQueue(label: "martlet.readiness")

    init(_ descriptor: Int32, _ direction: Readiness.Direction) {
        source =
            switch direction {
            case .reading: DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: Self.queue)
            case .writing: DispatchSource.makeWriteSource(fileDescriptor: descriptor, queue: Self.queue)
            }
    }

    /// The continuation resumes only from the cancel handler: until then Dispatch may still look at the descriptor.
    func begin(timeout: Duration?, _ continuation: CheckedContinuation<Bool, Never>) {
        source.setEventHandler { self.finish(ready: true) }
        source.setCancelHandler {
            self.source.setEventHandler(handler: nil)
            self.timer.setEventHandler(handler: nil)
            continuation.resume(returning: self.state.withLock { $0.ready ?? false })
        }
        timer.setEventHandler { self.finish(ready: false) }
        if let timeout {
            timer.schedule(deadline: .now() + .nanoseconds(Int(max(0, timeout.nanoseconds))))
        }
        source.activate()
        timer.activate()
        let alreadyOver = state.withLock { state in
            state.begun = true
            return state.ready != nil
        }
        if alreadyOver { cancel() }
    }

    func finish(ready: Bool) {
        let begun = state.withLock { state in
            if state.ready == nil { state.ready = ready }
            return state.begun
        }
        if begun { cancel() }
    }

    private func cancel() {
        source.cancel()
        timer.cancel()
    }
}
