import Dispatch
import Glibc

/// Calls back when something in a directory is written, created or renamed (inotify(7)).
///
/// `@unchecked Sendable`: the source is thread-safe and set once.
public final class DirectoryWatch: @unchecked Sendable {
    private let source: any DispatchSourceRead
    private static let queue = DispatchQueue(label: "martlet.directory-watch")

    /// - Parameter changed: called on a thread of its own, at least once after each change; must not block for long.
    public init(_ path: String, changed: @escaping @Sendable () -> Void) throws(Errno) {
        let flags = Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK)
        let notify = Descriptor(owning: try retrying("inotify_init") { inotify_init1(flags) })
        let events = UInt32(IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_CLOSE_WRITE)
        try retrying("watch \(path)") { unsafe inotify_add_watch(notify.rawValue, path, events) }
        let raw = notify.release()
        source = DispatchSource.makeReadSource(fileDescriptor: raw, queue: Self.queue)
        source.setEventHandler {
            Self.drain(raw)
            changed()
        }
        source.setCancelHandler { _ = close(raw) }
        source.activate()
    }

    deinit { source.cancel() }

    /// What happened does not matter, only that something did.
    private static func drain(_ descriptor: Int32) {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while unsafe read(descriptor, &buffer, buffer.count) > 0 {}
    }
}
