import Glibc
import MartletLinux
public import MartletLog
public import MartletRegistry

/// Brings images into the layer store.
///
/// Any number of pulls may run at once: what they have in common is fetched and unpacked once. A pull that is cancelled
/// leaves its work to those that wait for it.
public final class ImagePuller: Sendable {
    private let store: LayerStore
    private let source: any ImageSource
    private let limits: LayerLimits
    private let log: Log
    private let flights = Flights()
    private let preloaded: [String: String]

    /// - Parameter preloaded: by name, the absolute path of a directory or of a tar archive, compressed or not.
    public init(
        store: LayerStore,
        source: any ImageSource,
        preloaded: [String: String] = [:],
        limits: LayerLimits = LayerLimits(),
        log: Log
    ) {
        (self.store, self.source, self.limits, self.log) = (store, source, limits, log)
        self.preloaded = preloaded
    }

    /// Makes sure that every layer of the image is in the store.
    ///
    /// A reference by digest whose image is complete in the store is answered without asking the source.
    /// - Parameter progress: called from the pulling task.
    /// - Throws: `.cancelled` when the calling task is; everything that the source throws.
    public func pull(
        _ reference: ImageReference,
        credentials: RegistryCredentials? = nil,
        progress: @escaping @Sendable (PullProgress) -> Void = { _ in }
    ) async throws(ImageError) -> PulledImage {
        if let known = try await complete(reference) { return known }
        let image = try await source.resolve(reference, credentials: credentials)
        let plan = try LayerPlan(image, limits: limits)
        let lease = await store.lease(plan.chainIDs)
        let pull = LayerPull(
            plan: plan,
            store: store,
            download: BlobDownload(source: source, reference: reference, credentials: credentials),
            flights: flights,
            limits: limits,
            log: log.with(["image": image.reference.description]),
            progress: progress
        )
        try await pull.run()
        try await store.remember(image)
        return PulledImage(image, plan, lease)
    }

    /// The root file system `preloaded:NAME`: a directory as it is, an archive unpacked once for each of its states.
    /// - Throws: `.notFound` for a name that is not configured.
    public func preloaded(_ name: String) async throws(ImageError) -> RootFSBase {
        guard let path = preloaded[name] else {
            throw ImageError(.notFound, "There is no preloaded root file system \(name) on this cell.")
        }
        let status = try await Blocking.run { () throws(ImageError) in
            try storing("look at the preloaded root file system \(name)") { () throws(Errno) in
                try Descriptor.open(path, O_RDONLY).status()
            }
        }
        switch status.kind {
        case .directory: return RootFSBase(content: .directory(path), lease: nil)
        case .regular:
            let layer = LocalLayer(path: path, store: store, flights: flights, limits: limits, log: log)
            return try await layer.ensure(status)
        case .symbolicLink, .fifo, .socket, .characterDevice, .blockDevice:
            throw ImageError(.misconfigured, "The preloaded root file system \(name) is neither directory nor archive.")
        }
    }

    /// The image of a digest, when all of it is here.
    private func complete(_ reference: ImageReference) async throws(ImageError) -> PulledImage? {
        guard let image = await store.remembered(reference) else { return nil }
        let plan = try LayerPlan(image, limits: limits)
        // Leased first, so that nothing can be collected between the look and the use.
        let lease = await store.lease(plan.chainIDs)
        guard await store.contents.isSuperset(of: plan.chainIDs) else { return nil }
        return PulledImage(image, plan, lease)
    }
}

extension PulledImage {
    init(_ image: ResolvedImage, _ plan: LayerPlan, _ lease: LayerLease) {
        manifestDigest = image.manifestDigest
        chainIDs = plan.chainIDs
        config = image.config
        base = RootFSBase(content: .layers(plan.chainIDs), lease: lease)
    }
}
