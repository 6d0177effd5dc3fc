import Dispatch

/// Calls back once when a process has ended, without a thread or a task that waits.
///
/// `@unchecked Sendable`: the source is thread-safe and set once.
public final class ProcessWatch: @unchecked Sendable {
    private let source: any DispatchSourceRead
    private static let queue = DispatchQueue(label: "martlet.process-watch")

    /// - Parameter ended: called on a thread of its own, not before this returns, even if the process has ended already.
    public init(_ process: consuming PIDFD, ended: @escaping @Sendable () -> Void) {
        let descriptor = process.intoDescriptor().release()
        let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: Self.queue)
        self.source = source
        source.setEventHandler {
            // The descriptor stays readable: without this the handler would be called again and again.
            source.cancel()
            ended()
        }
        source.setCancelHandler {
            _ = Descriptor(owning: descriptor)
            source.setEventHandler(handler: nil)
        }
        source.activate()
    }

    deinit { source.cancel() }
}
