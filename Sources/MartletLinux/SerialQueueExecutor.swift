import Dispatch

/// Runs an actor's jobs one after another on a queue of its own, for actors that block their thread.
///
/// SQLite, waits and file trees would otherwise take a thread of the shared pool, which has only one per core.
public final class SerialQueueExecutor: SerialExecutor {
    private let queue: DispatchQueue

    public init(label: String) {
        queue = DispatchQueue(label: label)
    }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { unsafe job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}

/// Threads for calls that block: file trees, waits, child processes.
///
/// Swift's shared pool has one thread per core; eight 200 ms blocking calls there take 0.8 s on two cores.
public enum Blocking {
    private static let queue = DispatchQueue(label: "martlet.blocking", attributes: .concurrent)

    /// Runs `body` on a thread that may block, and waits for it without holding a thread of the shared pool.
    public static func run<R: Sendable, E: Error>(
        _ body: @escaping @Sendable () throws(E) -> R
    ) async throws(E) -> R {
        let result: Result<R, E> = await withCheckedContinuation { continuation in
            queue.async {
                do throws(E) { continuation.resume(returning: .success(try body())) } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }
}
