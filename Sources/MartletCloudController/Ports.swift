public import MartletModels
public import MartletRegistry

/// Finds out what an image name means today.
public protocol ImageResolver: Sendable {
    /// Manifest digest and configuration for the platform of the cells.
    func image(
        _ reference: ImageReference,
        credentials: RegistryCredentials?
    ) async throws(RegistryError) -> ResolvedImage
}

extension RegistryClient: ImageResolver {
    public func image(
        _ reference: ImageReference,
        credentials: RegistryCredentials?
    ) async throws(RegistryError) -> ResolvedImage {
        try await resolve(reference, credentials: credentials)
    }
}

/// Asks cells to stop instances that are not wanted any more.
public protocol InstanceStopper: Sendable {
    /// Returns soon: the calls to the cells may go on. What fails is left to convergence.
    func stop(_ instances: [ActualLRP]) async
}
