extension Array where Element == ManifestDocument.IndexEntry {
    /// The entry that runs on `platform`: the best variant, among equals the first.
    ///
    /// An entry that names no platform is taken only when no other fits.
    /// - Returns: `nil` when nothing fits.
    func choose(for platform: Platform) -> ImageDescriptor? {
        let runnable = filter { entry in
            !entry.isArtifact && MediaType.manifests.contains(entry.descriptor.mediaType)
        }
        let matching = runnable.filter {
            $0.platform?.os == platform.os && $0.platform?.architecture == platform.architecture
        }
        for variant in platform.acceptedVariants {
            if let entry = matching.first(where: { ($0.platform?.variant ?? "") == variant }) {
                return entry.descriptor
            }
        }
        return runnable.first { $0.platform == nil }?.descriptor
    }
}
