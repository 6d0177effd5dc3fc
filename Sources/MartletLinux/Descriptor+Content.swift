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

    /// Cuts the file, or lengthens it with a hole.
    public func setSize(_ size: Int64) throws(Errno) {
        _ = try retrying("ftruncate \(rawValue)") { ftruncate(rawValue, Int(size)) }
    }

    /// Writes the bytes of `source` into this file, which is empty. Blocks of zeros become holes.
    public func copyContent(of source: borrowing Descriptor) throws(Errno) {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        var offset: Int64 = 0
        while true {
            let count = try retrying("pread \(source.rawValue)") {
                unsafe chunk.withUnsafeMutableBytes { buffer in
                    unsafe pread(source.rawValue, buffer.baseAddress, buffer.count, Int(offset))
                }
            }
            guard count > 0 else { break }
            if !chunk[..<count].allSatisfy({ $0 == 0 }) { try writeAll(Array(chunk[..<count]), at: offset) }
            offset += Int64(count)
        }
        try setSize(offset)
    }
}
