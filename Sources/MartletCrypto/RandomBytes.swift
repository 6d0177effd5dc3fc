internal import COpenSSL

/// Bytes that nobody can guess: keys, tokens, salts.
public enum RandomBytes {
    /// - Parameter count: 0 to 2^31 - 1.
    ///
    /// RAND_bytes(3) fails only when the kernel gives no entropy, and then nothing secret may be made at all.
    public static func make(count: Int) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            let code = unsafe RAND_bytes(buffer.baseAddress, Int32(count))
            precondition(count == 0 || code == 1, "RAND_bytes failed for \(count) bytes")
            initialized = count
        }
    }
}
