import CMartletShims
import Glibc

/// Watches sockets whose connection is suspended, which libmicrohttpd does not, for clients that go away.
///
/// `@unchecked Sendable`: descriptors are set once, and epoll may be used from any thread.
final class HangupWatch: @unchecked Sendable {
    private let epoll: Int32
    private let stopSignal: Int32

    init() throws(HTTPServerError) {
        epoll = martlet_hangups_open()
        stopSignal = epoll < 0 ? -1 : martlet_hangups_stop_open(epoll)
        guard stopSignal >= 0 else {
            throw .cannotListen("No descriptors are left for a server.")
        }
    }

    deinit {
        for descriptor in [epoll, stopSignal] where descriptor >= 0 { close(descriptor) }
    }

    /// Begins to watch, on a thread of its own.
    func start(_ onHangup: @escaping @Sendable (UInt64) -> Void) {
        let context = unsafe Unmanaged.passRetained(Work(watch: self, onHangup: onHangup)).toOpaque()
        var thread = pthread_t()
        let code = unsafe pthread_create(&thread, nil, Self.main, context)
        precondition(code == 0, "cannot start a thread of the HTTP server: \(code)")
        pthread_detach(thread)
    }

    /// Ends the thread.
    func stop() { martlet_hangups_stop(stopSignal) }

    /// Reports `id` once, when the peer of `socket` goes away.
    /// - Returns: false when the kernel refused.
    func watch(_ socket: Int32, id: UInt64) -> Bool { martlet_hangups_watch(epoll, socket, id) == 0 }

    func forget(_ socket: Int32) { martlet_hangups_forget(epoll, socket) }

    private final class Work {
        let watch: HangupWatch
        let onHangup: @Sendable (UInt64) -> Void
        init(watch: HangupWatch, onHangup: @escaping @Sendable (UInt64) -> Void) {
            (self.watch, self.onHangup) = (watch, onHangup)
        }
    }

    private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
        martlet_http_block_signals()
        unsafe martlet_http_name_thread("martlet-hangups")
        guard let context = unsafe context else { preconditionFailure("no context for the hang-up thread") }
        let work = unsafe Unmanaged<Work>.fromOpaque(context).takeRetainedValue()
        work.watch.loop(work.onHangup)
        return nil
    }

    private func loop(_ onHangup: (UInt64) -> Void) {
        var ids = [UInt64](repeating: 0, count: 64)
        while true {
            let count = unsafe martlet_hangups_wait(epoll, &ids, 64)
            if count < 0 {
                precondition(errno == EINTR, "epoll_wait failed with errno \(errno)")
                continue
            }
            for id in ids.prefix(Int(count)) {
                if id == 0 { return }
                onHangup(id)
            }
        }
    }
}
