import MartletCrypto
import MartletLinux
import MartletRegistry

/// Fetches one blob into a spool, and vouches for its size and digest.
struct BlobDownload: Sendable {
    let source: any ImageSource
    let reference: ImageReference
    let credentials: RegistryCredentials?

    var origin: LayerOrigin {
        LayerOrigin(domain: reference.domain, path: reference.path, credentials: credentials)
    }

    /// Returns when the spool has ended or failed; the reader learns of either from the spool.
    func run(into spool: BlobSpool) async {
        let writer = SpoolWriter(spool)
        do throws(ImageError) {
            try await source.fetch(spool.blob, of: reference, credentials: credentials) { bytes throws(ImageError) in
                try await writer.append(bytes)
            }
            try await writer.end()
        } catch {
            spool.fail(error)
        }
    }
}

/// Hashes and writes on a thread of its own, so that neither the network nor the unpacker waits for the other.
private actor SpoolWriter {
    private let executor = SerialQueueExecutor(label: "martlet.spool")
    private let spool: BlobSpool
    private var hash: RunningHash

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    init(_ spool: BlobSpool) {
        self.spool = spool
        hash = RunningHash(spool.blob.digest.algorithm)
    }

    func append(_ bytes: [UInt8]) throws(ImageError) {
        try spool.append(bytes)
        hash.update(bytes)
    }

    func end() throws(ImageError) {
        guard hash.byteCount == spool.blob.size else { throw spool.sizeMismatch("\(hash.byteCount)") }
        let actual = Digest(hash)
        guard actual == spool.blob.digest else {
            throw ImageError(.corrupt, "layerID digest mismatch: expected \(spool.blob.digest), got \(actual).")
        }
        spool.end()
    }
}
