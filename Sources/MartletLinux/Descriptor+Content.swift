import Glibc

/// The content of a file that is open.
extension Descriptor {
    /// Writes all of `bytes` at `offset`, wherever the file stands; what is skipped before becomes a hole.
    public func writeAll(_ bytes: [UInt8], at offset: Int64) throws(Errno) {
        var done = 0
        while done < bytes.count {
            done += try retrying("pwrite \(rawValue)") {
                unsafe bytes.withUnsafeBytes { buffer in
                    unsafe pwrite(
                        rawValue,
                        buffer.baseAddress?.advanced(by: done),
                        buffer.count - done,
                        Int(offset) + done
                    )
                }
            }
        }
    }

    /// At most `limit` bytes from `offset` on, wherever the file stands; none at its end.
    public func read(at offset: Int64, upTo limit: Int) throws(Errno) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = try retrying("pread \(rawValue)") {
            unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe pread(rawValue, buffer.baseAddress, buffer.count, Int(offset))
            }
        }
        bytes.removeLast(limit - count)
        return bytes
    }

    /// Cuts the file, or lengthens it with a hole.
    public func setSize(_ size: Int64) throws(Errno) {
        _ = try retrying("ftruncate \(rawValue)") { ftruncate(rawValue, Int(size)) }
    }

    /// Writes the bytes of `source` into this file, which is empty. Blocks of zeros become holes.
    public func copyContent(of source: borrowing Descriptor) throws(Errno) {
        var offset: Int64 = 0
        while true {
            let bytes = try source.read(at: offset, upTo: 65_536)
            if bytes.isEmpty { break }
            if !bytes.allSatisfy({ $0 == 0 }) { try writeAll(bytes, at: offset) }
            offset += Int64(bytes.count)
        }
        try setSize(offset)
    }
}
