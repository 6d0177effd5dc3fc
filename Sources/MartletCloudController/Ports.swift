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

/// What is to be done on cells after a verb of the store.
public struct InstanceWork: Hashable, Sendable {
    /// New instances without a cell: to be placed.
    public var created: [ActualLRPKey]
    /// Instances that are not wanted any more: their cells are to stop them.
    public var toStop: [ActualLRP]

    public init(created: [ActualLRPKey] = [], toStop: [ActualLRP] = []) {
        self.created = created
        self.toStop = toStop
    }
}

/// Has new instances placed, and surplus ones stopped, at once instead of at the next convergence pass.
public protocol InstanceFollower: Sendable {
    /// Returns soon: the calls to the cells may go on. What fails is left to convergence.
    func follow(_ work: InstanceWork) async
}
