public import MartletRegistry

extension RegistryClient: ImageSource {
    public func resolve(
        _ reference: ImageReference,
        credentials: RegistryCredentials?
    ) async throws(ImageError) -> ResolvedImage {
        do throws(RegistryError) {
            return try await resolve(reference, credentials: credentials, platform: .current)
        } catch { throw ImageError(error) }
    }

    public func fetch(
        _ blob: ImageDescriptor,
        of reference: ImageReference,
        credentials: RegistryCredentials?,
        into sink: @escaping @Sendable ([UInt8]) async throws(ImageError) -> Void
    ) async throws(ImageError) {
        do throws(BlobError<ImageError>) {
            try await self.blob(blob, of: reference, credentials: credentials, consume: sink)
        } catch {
            switch error {
            case .registry(let error): throw ImageError(error)
            case .consumer(let error): throw error
            }
        }
    }
}
