import CMartletShims
import Glibc

/// libnftables in process: each call is one transaction in the language of the `nft` program.
///
/// The library runs on a thread of its own with a descriptor table of its own, because it cannot work with descriptors
/// of 1,024 and above. A call waits for that thread, so it blocks for about a quarter of a millisecond.
///
/// `@unchecked Sendable`: the handle is set once, and the C side serves one caller at a time.
@safe public final class NFTables: @unchecked Sendable {
    private let handle: OpaquePointer

    /// - Throws: `ENOMEM` when the library cannot start.
    public init() throws(Errno) {
        guard let handle = unsafe martlet_nftables_start() else { throw Errno(ENOMEM, "start libnftables") }
        unsafe self.handle = handle
    }

    deinit { unsafe martlet_nftables_stop(handle) }

    /// Applies all of `commands` or none of them.
    /// - Returns: what the commands printed, for example of `list table`.
    @discardableResult
    public func run(_ commands: String) throws(NFTablesError) -> String {
        var output: UnsafeMutablePointer<CChar>?
        var error: UnsafeMutablePointer<CChar>?
        let code = unsafe martlet_nftables_run(handle, commands, &output, &error)
        defer {
            unsafe free(output)
            unsafe free(error)
        }
        guard code == 0 else { throw NFTablesError(message: unsafe text(error), commands: commands) }
        return unsafe text(output)
    }

    private func text(_ pointer: UnsafePointer<CChar>?) -> String {
        guard let pointer = unsafe pointer else { return "" }
        return unsafe String(cString: pointer)
    }
}

/// A refused transaction.
public struct NFTablesError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The library's text: position, reason and the offending line.
    public var message: String
    public var commands: String

    public var description: String { message.isEmpty ? "nftables refused: \(commands)" : message }
}
