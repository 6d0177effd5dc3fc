import Glibc

/// A failed system call: which one, on what, and the kernel's reason.
public struct Errno: Error, Hashable, Sendable, CustomStringConvertible {
    /// The value of `errno`, for example `ENOENT`.
    public let code: Int32
    /// The call and what it was about, for example `open /proc/1/stat`.
    public let operation: String

    public init(_ code: Int32, _ operation: String) {
        self.code = code
        self.operation = operation
    }

    /// The kernel's text for `code`, for example `No such file or directory`.
    public var reason: String {
        guard let text = unsafe strerror(code) else { return "error \(code)" }
        return unsafe String(cString: text)
    }

    public var description: String { "\(operation): \(reason)" }

    /// `errno` as it is now; call it on the line after the failed call.
    public static func last(_ operation: @autoclosure () -> String) -> Errno {
        let code = errno
        return Errno(code, operation())
    }
}

/// Repeats `call` while a signal interrupts it; turns -1 into `Errno`.
///
/// EBADF and EFAULT can only come from a bug of ours, so they stop the process instead of being handled.
@discardableResult
public func retrying<R: BinaryInteger>(
    _ operation: @autoclosure () -> String,
    _ call: () -> R
) throws(Errno) -> R {
    while true {
        let result = call()
        guard result == -1 else { return result }
        let code = errno
        if code == EINTR { continue }
        precondition(code != EBADF && code != EFAULT, "\(operation()) failed with errno \(code)")
        throw Errno(code, operation())
    }
}
