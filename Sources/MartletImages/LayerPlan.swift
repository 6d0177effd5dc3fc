import MartletRegistry

/// The layers of an image in order: what to fetch, and what it must become. Checked before anything is downloaded.
struct LayerPlan: Hashable, Sendable {
    struct Layer: Hashable, Sendable {
        let blob: ImageDescriptor
        let diffID: Digest
        let chainID: ChainID
    }

    /// Lowest first.
    let layers: [Layer]

    var chainIDs: [ChainID] { layers.map(\.chainID) }

    /// - Throws: `.corrupt` when manifest and configuration do not fit together, `.unsupported` for layers of a kind or
    ///   number that cannot be run, `.tooLarge` for one above the limit.
    init(_ image: ResolvedImage, limits: LayerLimits) throws(ImageError) {
        let (blobs, diffIDs) = (image.manifest.layers, image.config.diffIDs)
        guard blobs.count == diffIDs.count else {
            throw ImageError(
                .corrupt,
                "\(image.reference) has \(blobs.count) layers but \(diffIDs.count) digests of them."
            )
        }
        guard blobs.count <= limits.layers else {
            throw ImageError(
                .unsupported,
                "\(image.reference) has \(blobs.count) layers; at most \(limits.layers) can run."
            )
        }
        for blob in blobs { try Self.check(blob, limits) }
        let chain = ChainID.chain(diffIDs)
        layers = blobs.indices.map { Layer(blob: blobs[$0], diffID: diffIDs[$0], chainID: chain[$0]) }
    }

    private static func check(_ blob: ImageDescriptor, _ limits: LayerLimits) throws(ImageError) {
        // What was declared only has to be known: the first bytes say how a layer is compressed.
        do throws(RegistryError) { _ = try LayerFormat(mediaType: blob.mediaType) } catch { throw ImageError(error) }
        guard blob.size > 0 else { throw ImageError(.corrupt, "Layer \(blob.digest) has size \(blob.size).") }
        guard blob.size <= limits.compressedSize else {
            throw ImageError(
                .tooLarge,
                "Layer \(blob.digest) has \(blob.size) bytes; at most \(limits.compressedSize) may be."
            )
        }
    }
}

extension ImageRecord {
    /// Of its layers, lowest first.
    var chainIDs: [ChainID] { ChainID.chain(diffDigests) }
}
