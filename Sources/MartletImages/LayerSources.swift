import MartletArchive
import MartletCrypto
import MartletRegistry

/// The compressed bytes of a layer, as an archive reader wants them.
final class LayerSource: ByteSource {
    private let bytes: any LayerBytes
    private(set) var byteCount: Int64 = 0
    private(set) var failure: ImageError?

    init(_ bytes: any LayerBytes) {
        self.bytes = bytes
    }

    func next() throws(ArchiveError) -> [UInt8] {
        do throws(ImageError) {
            let piece = try bytes.read(at: byteCount, upTo: 128 << 10)
            byteCount += Int64(piece.count)
            return piece
        } catch {
            failure = error
            throw .sourceFailed(error.description)
        }
    }
}

/// The uncompressed bytes of a layer: hashed and counted on their way to the unpacker.
final class MeteredSource: ByteSource {
    private let source: any ByteSource
    private let compressedCount: () -> Int64
    private let limits: LayerLimits
    private var hash: RunningHash
    private(set) var failure: ImageError?

    init(
        _ source: any ByteSource,
        algorithm: HashAlgorithm,
        limits: LayerLimits,
        compressedCount: @escaping () -> Int64
    ) {
        (self.source, self.limits, self.compressedCount) = (source, limits, compressedCount)
        hash = RunningHash(algorithm)
    }

    func next() throws(ArchiveError) -> [UInt8] {
        let bytes = try source.next()
        hash.update(bytes)
        if let excess {
            failure = excess
            throw .sourceFailed(excess.description)
        }
        return bytes
    }

    /// Reads what the archive reader left, so that the digest covers the whole stream.
    func drain() throws(ArchiveError) {
        while try !next().isEmpty {}
    }

    /// Of everything read so far.
    var digest: Digest { Digest(hash) }

    private var excess: ImageError? {
        let count = hash.byteCount
        if count > limits.uncompressedSize {
            return ImageError(.tooLarge, "An uncompressed layer is larger than \(limits.uncompressedSize) bytes.")
        }
        if count > limits.ratioFloor, count / max(compressedCount(), 1) >= limits.ratio {
            return ImageError(.tooLarge, "A layer unpacks to more than \(limits.ratio) times its size.")
        }
        return nil
    }
}
