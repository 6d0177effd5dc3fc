import Glibc
import MartletLinux

/// The bytes of a layer as they are stored somewhere, compressed or not.
protocol LayerBytes: Sendable {
    /// Bytes from `offset` on; none only at the end. Blocks its thread while they are not there yet.
    func read(at offset: Int64, upTo limit: Int) throws(ImageError) -> [UInt8]

    /// From now on reading throws `.cancelled`.
    func cancel()
}

/// A layer that is a file of this machine.
final class LocalArchive: LayerBytes {
    private let file: Descriptor
    private let cancelled = Locked(false)

    init(_ path: String) throws(ImageError) {
        file = try storing("read a preloaded root file system") { () throws(Errno) in
            try Descriptor.open(path, O_RDONLY)
        }
    }

    func read(at offset: Int64, upTo limit: Int) throws(ImageError) -> [UInt8] {
        if cancelled.withLock({ $0 }) { throw .cancelled }
        return try storing("read a preloaded root file system") { () throws(Errno) in
            try file.read(at: offset, upTo: limit)
        }
    }

    func cancel() { cancelled.withLock { $0 = true } }
}
