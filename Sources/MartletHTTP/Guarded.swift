import Glibc

/// A value behind a pthread mutex, shared between tasks and the threads of the C libraries.
///
/// As `Locked` of MartletLinux, which is of the same layer and so not to be imported here. Hold it for a few lines. `Synchronization.Mutex` is not used because ThreadSanitizer does not see its futex.
@safe final class Guarded<Value>: @unchecked Sendable {
    // `@unchecked`: `value` is only touched between lock and unlock of `mutex`.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var value: Value

    init(_ value: consuming sending Value) {
        unsafe mutex = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        self.value = value
    }

    deinit {
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    func locked<R, E: Error>(_ body: (inout Value) throws(E) -> R) throws(E) -> R {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return try body(&value)
    }
}
