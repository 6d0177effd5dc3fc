import CNFTables
import Glibc

/// libnftables in process: each call is one transaction in the language of the `nft` program.
///
/// `@unchecked Sendable`: the context is only used inside `lock`.
@safe public final class NFTables: @unchecked Sendable {
    private let context: OpaquePointer
    private let lock = Locked(())

    /// - Throws: `ENOMEM` when the library cannot start.
    public init() throws(Errno) {
        guard let context = unsafe nft_ctx_new(0) else { throw Errno(ENOMEM, "nft_ctx_new") }
        unsafe self.context = context
        unsafe nft_ctx_buffer_output(context)
        unsafe nft_ctx_buffer_error(context)
    }

    deinit { unsafe nft_ctx_free(context) }

    /// Applies all of `commands` or none of them.
    /// - Returns: what the commands printed, for example of `list table`.
    @discardableResult
    public func run(_ commands: String) throws(NFTablesError) -> String {
        let (code, output, error) = lock.withLock { _ in
            let code = unsafe nft_run_cmd_from_buffer(context, commands)
            let output = unsafe text(nft_ctx_get_output_buffer(context))
            return (code, output, unsafe text(nft_ctx_get_error_buffer(context)))
        }
        guard code == 0 else { throw NFTablesError(message: error, commands: commands) }
        return output
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
