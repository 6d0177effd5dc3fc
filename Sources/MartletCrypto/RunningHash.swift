internal import COpenSSL

/// A hash over bytes that come in pieces. One owner; the library's context is freed with it.
///
/// EVP_DigestInit(3). These calls fail only for want of memory or by a bug of ours, so a failure stops the process.
@safe public struct RunningHash: ~Copyable, @unchecked Sendable {
    // `@unchecked`: the context has this one owner, changes only in `mutating` methods, and is only read by the copy
    // that `digest()` makes.
    private let context: OpaquePointer
    public let algorithm: HashAlgorithm
    /// How many bytes were fed so far.
    public private(set) var byteCount: Int64 = 0

    public init(_ algorithm: HashAlgorithm) {
        guard let context = unsafe EVP_MD_CTX_new() else { preconditionFailure("EVP_MD_CTX_new: out of memory") }
        let function = unsafe algorithm == .sha256 ? EVP_sha256() : EVP_sha512()
        let code = unsafe EVP_DigestInit_ex(context, function, nil)
        precondition(code == 1, "EVP_DigestInit_ex(\(algorithm)) failed")
        unsafe self.context = context
        self.algorithm = algorithm
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    /// Feeds bytes that follow all earlier ones.
    public mutating func update(_ bytes: some Collection<UInt8>) {
        let done: Void? = bytes.withContiguousStorageIfAvailable { buffer in
            unsafe feed(UnsafeRawBufferPointer(buffer))
        }
        if done == nil { unsafe Array(bytes).withUnsafeBytes { buffer in unsafe feed(buffer) } }
    }

    /// Feeds a buffer of someone else's, without copying it.
    public mutating func update(_ buffer: UnsafeRawBufferPointer) {
        unsafe feed(buffer)
    }

    /// The digest of everything fed so far. More may be fed afterwards.
    public func digest() -> [UInt8] {
        guard let copy = unsafe EVP_MD_CTX_new() else { preconditionFailure("EVP_MD_CTX_new: out of memory") }
        defer { unsafe EVP_MD_CTX_free(copy) }
        let copied = unsafe EVP_MD_CTX_copy_ex(copy, context)
        precondition(copied == 1, "EVP_MD_CTX_copy_ex failed")
        var digest = [UInt8](repeating: 0, count: algorithm.byteCount)
        let finished = unsafe digest.withUnsafeMutableBufferPointer { buffer in
            unsafe EVP_DigestFinal_ex(copy, buffer.baseAddress, nil)
        }
        precondition(finished == 1, "EVP_DigestFinal_ex failed")
        return digest
    }

    /// The digest of `bytes` alone.
    public static func digest(_ algorithm: HashAlgorithm, of bytes: some Collection<UInt8>) -> [UInt8] {
        var hash = RunningHash(algorithm)
        hash.update(bytes)
        return hash.digest()
    }

    private mutating func feed(_ buffer: UnsafeRawBufferPointer) {
        guard buffer.count > 0 else { return }
        let code = unsafe EVP_DigestUpdate(context, buffer.baseAddress, buffer.count)
        precondition(code == 1, "EVP_DigestUpdate failed")
        byteCount += Int64(buffer.count)
    }
}
