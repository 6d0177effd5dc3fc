public import MartletRegistry

/// Where images come from: a registry, or a directory in tests.
public protocol ImageSource: Sendable {
    /// Looks the reference up, and checks everything but the layers.
    func resolve(
        _ reference: ImageReference,
        credentials: RegistryCredentials?
    ) async throws(ImageError) -> ResolvedImage

    /// Hands the bytes of one blob to `sink`, in order and each once. Size and digest are checked by the receiver.
    ///
    /// Resuming a broken transfer is the source's affair. Ends early, with what the sink threw, when the sink throws.
    func fetch(
        _ blob: ImageDescriptor,
        of reference: ImageReference,
        credentials: RegistryCredentials?,
        into sink: @escaping @Sendable ([UInt8]) async throws(ImageError) -> Void
    ) async throws(ImageError)
}
