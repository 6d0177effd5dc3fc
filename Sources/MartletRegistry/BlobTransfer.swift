internal import MartletCrypto
internal import MartletHTTP

/// The state of one blob on its way: how much came, what it hashes to, and what may come next.
///
/// Without I/O: it is told answers and bytes, and says what to ask for. One task uses it.
final class BlobTransfer {
    let descriptor: ImageDescriptor
    private var hash: RunningHash
    /// Bytes that a server sends again although they were received, and the hash that shows that they are the same.
    private var repeated: (left: Int64, hash: RunningHashBox)?
    private var refusesRanges = false

    init(_ descriptor: ImageDescriptor) {
        self.descriptor = descriptor
        hash = RunningHash(descriptor.digest.algorithm)
    }

    /// Bytes received and handed over.
    var byteCount: Int64 { hash.byteCount }

    var isComplete: Bool { byteCount == descriptor.size }

    /// What to add to the next request.
    var headers: HTTPHeaders {
        var headers: HTTPHeaders = ["Accept-Encoding": "identity"]
        if byteCount > 0, !refusesRanges { headers["Range"] = "bytes=\(byteCount)-" }
        return headers
    }

    /// Judges an answer's head.
    /// - Returns: whether its body is to be read; if not, ask again.
    /// - Throws: `.corrupt` when length or range contradict the descriptor.
    func begin(_ status: HTTPStatus, _ headers: HTTPHeaders) throws(RegistryError) -> Bool {
        repeated = nil
        switch status.rawValue {
        case 200:
            if let length = headers["Content-Length"].flatMap({ Int64($0) }), length != descriptor.size {
                throw wrongSize(actual: "\(length)")
            }
            if byteCount > 0 { repeated = (byteCount, RunningHashBox(descriptor.digest.algorithm)) }
            return true
        case 206:
            guard let range = headers["Content-Range"].flatMap(ContentRange.init), range.first == byteCount,
                range.last == descriptor.size - 1, range.total ?? descriptor.size == descriptor.size
            else { throw .corrupt("the registry sent another range of \(descriptor.digest) than it was asked for") }
            return true
        case 416 where byteCount > 0 && !refusesRanges:
            refusesRanges = true
            return false
        default: throw .corrupt("the registry answered \(status.rawValue) for \(descriptor.digest)")
        }
    }

    /// Takes the next bytes of a body.
    /// - Returns: those that are new.
    /// - Throws: `.corrupt` when there are more than the descriptor says, or a repetition differs.
    func take(_ bytes: [UInt8]) throws(RegistryError) -> [UInt8] {
        var new = bytes[...]
        if let (left, box) = repeated {
            let old = new.prefix(Int(clamping: left))
            box.hash.update(old)
            new = new.dropFirst(old.count)
            let stillLeft = left - Int64(old.count)
            repeated = stillLeft > 0 ? (stillLeft, box) : nil
            guard stillLeft > 0 || Digest(box.hash) == Digest(hash) else {
                throw .corrupt("the registry sent other bytes for \(descriptor.digest) the second time")
            }
        }
        guard byteCount + Int64(new.count) <= descriptor.size else {
            throw wrongSize(actual: "more than \(descriptor.size)")
        }
        hash.update(new)
        return new.count == bytes.count ? bytes : Array(new)
    }

    /// - Throws: `.corrupt` when what came is not what the digest names.
    func verify() throws(RegistryError) {
        let actual = Digest(hash)
        guard actual == descriptor.digest else {
            throw .mismatch("layerID", expected: descriptor.digest, actual: actual)
        }
    }

    private func wrongSize(actual: String) -> RegistryError {
        .corrupt(
            "layer size is different from the value in the manifest; expected: \(descriptor.size), actual: \(actual)"
        )
    }
}

/// Lets a running hash be part of a tuple and an optional.
final class RunningHashBox {
    var hash: RunningHash

    init(_ algorithm: HashAlgorithm) { hash = RunningHash(algorithm) }
}
