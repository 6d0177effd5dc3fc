import MartletLinux
import MartletRegistry

/// Which images were complete once, by digest.
extension LayerStore {
    /// Remembers an image whose layers are all here, under the digest that was asked for and under that of its manifest,
    /// which differ when an index was asked for.
    func remember(_ image: ResolvedImage) throws(ImageError) {
        let bytes = ImageRecord(image).encoded()
        for digest in Set([image.manifestDigest, image.reference.digest].compactMap { $0 }) {
            try storing("remember image \(digest)") { () throws(Errno) in
                try Files.replace(manifestPath(digest), with: bytes, mode: 0o600)
            }
        }
    }

    /// The image of that digest, if it was complete once. Its layers may have been collected since.
    func remembered(_ reference: ImageReference) -> ResolvedImage? {
        guard let digest = reference.digest, let bytes = try? Files.read(manifestPath(digest)) else { return nil }
        return ImageRecord.decode(bytes)?.image(for: reference)
    }

    /// Forgets every image of which a layer is missing.
    func forgetIncomplete() throws(ImageError) {
        let present = contents
        try storing("tidy the image records") { () throws(Errno) in
            for name in try Files.list(layout.manifests) {
                let path = "\(layout.manifests)/\(name)"
                let record = (try? Files.read(path)).flatMap(ImageRecord.decode)
                if let record, present.isSuperset(of: record.chainIDs) { continue }
                try Files.removeFile(path)
            }
        }
    }

    private func manifestPath(_ digest: Digest) -> String { "\(layout.manifests)/\(digest.hex).json" }
}
