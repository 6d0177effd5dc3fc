import Dispatch
import Glibc
import MartletLinux
import MartletRegistry

/// The bytes of one blob on their way: written to a nameless file as they arrive, read by an unpacker at the same time.
///
/// Whatever becomes of this process, the file goes with its last descriptor.
/// - Invariant: `state` only grows, and ends once, with or without a failure.
final class BlobSpool: LayerBytes {
    private struct State {
        var available: Int64 = 0
        var ended = false
        var failure: ImageError?
    }

    let blob: ImageDescriptor
    private let file: Descriptor
    private let state = Locked(State())
    /// Signalled once a change; a reader that finds nothing new waits again.
    private let changed = DispatchSemaphore(value: 0)

    /// - Parameter path: gone again when this returns.
    init(_ blob: ImageDescriptor, at path: String) throws(ImageError) {
        self.blob = blob
        file = try storing("fetch a layer") { () throws(Errno) in
            let file = try Descriptor.open(path, O_RDWR | O_CREAT | O_EXCL, mode: 0o600)
            try Files.removeFile(path)
            return file
        }
    }

    /// The next bytes. Blocks its thread while they are written.
    /// - Throws: `.corrupt` as soon as there are more than the descriptor says.
    func append(_ bytes: [UInt8]) throws(ImageError) {
        let total = state.withLock { $0.available } + Int64(bytes.count)
        guard total <= blob.size else { throw sizeMismatch("more than that") }
        try storing("keep a fetched layer") { () throws(Errno) in try file.writeAll(bytes) }
        change { $0.available = total }
    }

    /// No more bytes come. Size and digest were checked by the caller.
    func end() { change { $0.ended = true } }

    /// The reader gets `error` instead of more bytes. Later failures change nothing.
    func fail(_ error: ImageError) {
        change { state in
            if state.failure == nil { state.failure = error }
        }
    }

    func cancel() { fail(.cancelled) }

    var failure: ImageError? { state.withLock { $0.failure } }

    func sizeMismatch(_ actual: String) -> ImageError {
        ImageError(
            .corrupt,
            "The layer size is different from the value in the manifest; expected \(blob.size) bytes of \(blob.digest),"
                + " got \(actual)."
        )
    }

    /// Bytes from `offset` on, as soon as there are any; none only at the end. Blocks its thread.
    func read(at offset: Int64, upTo limit: Int) throws(ImageError) -> [UInt8] {
        while true {
            let (available, ended, failure) = state.withLock { ($0.available, $0.ended, $0.failure) }
            if let failure { throw failure }
            if offset < available { return try read(at: offset, count: Int(min(Int64(limit), available - offset))) }
            if ended { return [] }
            changed.wait()
        }
    }

    private func read(at offset: Int64, count: Int) throws(ImageError) -> [UInt8] {
        try storing("read a fetched layer") { () throws(Errno) in try file.read(at: offset, upTo: count) }
    }

    private func change(_ body: (inout State) -> Void) {
        state.withLock { body(&$0) }
        changed.signal()
    }
}
