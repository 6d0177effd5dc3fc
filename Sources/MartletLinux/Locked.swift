import Glibc

/// A value behind a pthread mutex, for state that threads share without an actor.
///
/// Hold it for a few lines and call nothing out. `Synchronization.Mutex` is not used because ThreadSanitizer does not
/// see its futex and reports races that do not exist.
@safe public final class Locked<Value>: @unchecked Sendable {
    // `@unchecked`: `value` is only touched between lock and unlock of `mutex`.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var value: Value

    public init(_ value: consuming sending Value) {
        unsafe mutex = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        self.value = value
    }

    deinit {
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    public func withLock<R, E: Error>(_ body: (inout sending Value) throws(E) -> sending R) throws(E) -> sending R {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return try body(&value)
    }
}
