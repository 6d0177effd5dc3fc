import Glibc
import MartletArchive
import MartletCrypto
import MartletLinux
import MartletLog
import MartletRegistry

/// Unpacks one layer into an empty directory. Blocks its thread.
struct LayerJob: Sendable {
    let bytes: any LayerBytes
    /// Digest of the uncompressed stream; nothing for a local archive, which has none to be held against.
    let diffID: Digest?
    let staging: String
    /// Directories of the layers below, topmost first.
    let parents: [String]
    let limits: LayerLimits
    let log: Log

    /// Whoever calls this commits the directory only when it returns: the blob's size and digest, and the digest of the
    /// uncompressed stream, hold then.
    /// - Returns: bytes of the files written.
    func run() throws(ImageError) -> Int64 {
        let spooled = LayerSource(bytes)
        let source = try reading(spooled) { () throws(ArchiveError) in
            MeteredSource(
                try Decompressor(spooled),
                algorithm: diffID?.algorithm ?? .sha256,
                limits: limits,
                compressedCount: { spooled.byteCount }
            )
        }
        let root = try storing("unpack a layer") { () throws(Errno) in
            try Descriptor.open(staging, O_RDONLY | O_DIRECTORY)
        }
        let tree = try MergedTree(upper: root, lower: LowerView.open(parents))
        let unpacker = LayerUnpacker(tree, limits: limits, log: log)
        do throws(ImageError) { try unpacker.run(source) } catch {
            // The archive reader only knows that its source failed; the source knows why.
            throw spooled.failure ?? source.failure ?? error
        }
        try reading(spooled, source) { () throws(ArchiveError) in try source.drain() }
        try check(source.digest)
        return unpacker.dataSize
    }

    private func check(_ actual: Digest) throws(ImageError) {
        guard let diffID, actual != diffID else { return }
        throw ImageError(.corrupt, "diffID digest mismatch: expected \(diffID), got \(actual).")
    }

    private func reading<R>(
        _ spooled: LayerSource,
        _ metered: MeteredSource? = nil,
        _ body: () throws(ArchiveError) -> R
    ) throws(ImageError) -> R {
        do throws(ArchiveError) { return try body() } catch {
            throw spooled.failure ?? metered?.failure ?? ImageError(.corrupt, "A layer cannot be read: \(error).")
        }
    }
}

extension LayerJob {
    /// Runs on a thread that may block; a cancelled task ends it at the next bytes it reads.
    func runBlocking() async throws(ImageError) -> Int64 {
        let bytes = bytes
        let result: Result<Int64, ImageError> = await withTaskCancellationHandler {
            await outcome { () async throws(ImageError) in
                try await Blocking.run { () throws(ImageError) in try run() }
            }
        } onCancel: {
            bytes.cancel()
        }
        return try result.get()
    }
}

/// What came of `body`; task groups and cancellation handlers do not carry typed errors.
func outcome<R: Sendable>(_ body: () async throws(ImageError) -> R) async -> Result<R, ImageError> {
    do throws(ImageError) { return .success(try await body()) } catch { return .failure(error) }
}
