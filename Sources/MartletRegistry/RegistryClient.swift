public import MartletHTTP
public import MartletModels

/// Looks images up in registries and reads their blobs (OCI distribution specification, Docker registry API v2).
///
/// Safe to use from any task. Tokens, schemes and back-off are shared by all pulls of one client. Everything that is
/// returned was checked against the digest and the size that name it.
public struct RegistryClient: Sendable {
    private let configuration: RegistryConfiguration
    private let attempts: Attempts
    private let tokens: TokenCache
    private let slots: DownloadSlots

    /// - Parameters:
    ///   - clock: for back-off, time limits and the life of tokens.
    ///   - transport: makes the transport for a trust; called once for each. It must not follow redirects, and sends a
    ///     request whose path is a whole URL there.
    public init<C: Clock<Duration>>(
        configuration: RegistryConfiguration,
        clock: C,
        transport: @escaping @Sendable (RegistryTrust) -> any HTTPTransport
    ) where C.Instant == Timestamp {
        self.init(configuration: configuration, timing: Timing(clock), transport: transport)
    }

    init(
        configuration: RegistryConfiguration,
        timing: Timing,
        transport: @escaping @Sendable (RegistryTrust) -> any HTTPTransport
    ) {
        self.configuration = configuration
        attempts = Attempts(
            exchange: Exchange(configuration: configuration, timing: timing, transports: Transports(transport)),
            hosts: HostTable()
        )
        tokens = TokenCache(now: timing.now)
        slots = DownloadSlots(perHost: configuration.limits.downloadsPerHost, total: configuration.limits.downloads)
    }

    /// Finds the image that a name means for a platform: manifest and configuration, checked, without layers.
    ///
    /// - Parameter credentials: for the registry of `reference`; never sent anywhere else but to its token server.
    /// - Throws: see `RegistryError.Kind`. Temporary failures were already tried again.
    public func resolve(
        _ reference: ImageReference,
        credentials: RegistryCredentials? = nil,
        platform: Platform = .current
    ) async throws(RegistryError) -> ResolvedImage {
        let session = try session(reference, credentials)
        let (digest, manifest) = try await session.image(for: platform)
        let config = try ImageConfig(
            try await session.smallBlob(manifest.config),
            layerCount: manifest.layers.count
        )
        try Self.check(config, platform, reference)
        return ResolvedImage(reference: reference, manifestDigest: digest, manifest: manifest, config: config)
    }

    /// Streams a blob of the repository of `reference`, in pieces, each byte once and in order.
    ///
    /// A broken connection is resumed; the digest and the size are checked on the way. What `consume` got may be used
    /// only after this has returned. A digest mismatch (`.corrupt`) is thrown at once, because the bytes were already
    /// given away: discard them and call once more.
    ///
    /// Downloads are limited per host and in all; a call waits for its turn.
    /// - Parameter consume: may be slow; the sender is then slowed down.
    public func blob<E: Error>(
        _ descriptor: ImageDescriptor,
        of reference: ImageReference,
        credentials: RegistryCredentials? = nil,
        consume: ([UInt8]) async throws(E) -> Void
    ) async throws(BlobError<E>) {
        let session: RegistrySession
        do throws(RegistryError) {
            session = try self.session(reference, credentials)
            try await slots.acquire(session.host.api)
        } catch { throw .registry(error) }
        do throws(BlobError<E>) {
            try await session.download(descriptor, consume: consume)
        } catch {
            await slots.release(session.host.api)
            throw error
        }
        await slots.release(session.host.api)
    }

    private func session(
        _ reference: ImageReference,
        _ credentials: RegistryCredentials?
    ) throws(RegistryError) -> RegistrySession {
        RegistrySession(
            attempts: attempts,
            tokens: tokens,
            host: try RegistryHost(reference, configuration),
            reference: reference,
            credentials: credentials
        )
    }

    /// An image that does not say what it is for is taken at its word.
    private static func check(
        _ config: ImageConfig,
        _ platform: Platform,
        _ reference: ImageReference
    ) throws(RegistryError) {
        let fits =
            (config.os.isEmpty || config.os == platform.os)
            && (config.architecture.isEmpty || config.architecture == platform.architecture)
        guard !fits else { return }
        throw RegistryError(
            .incompatible,
            "\(reference) is for \(config.os)/\(config.architecture) and this machine is \(platform); push an image for "
                + "\(platform.os)/\(platform.architecture)."
        )
    }
}

extension RegistrySession {
    /// Follows the name through indexes to the manifest for a platform.
    func image(for platform: Platform) async throws(RegistryError) -> (Digest, ImageManifest) {
        var found = try await manifest(reference.target)
        for depth in 1... {
            switch found.document {
            case .image(let manifest): return (found.digest, manifest)
            case .index(let entries):
                guard depth <= limits.indexDepth else {
                    throw .corrupt("its indexes are nested deeper than \(limits.indexDepth)")
                }
                guard let entry = entries.choose(for: platform) else { throw noImage(for: platform) }
                let child = try await manifest(entry.digest.description)
                guard Int64(child.byteCount) == entry.size else {
                    throw .corrupt("the manifest \(entry.digest) has another size than its index says")
                }
                found = child
            }
        }
        preconditionFailure("an endless range ended")
    }

    private func noImage(for platform: Platform) -> RegistryError {
        RegistryError(
            .incompatible,
            "no image found in the index of \(reference) for architecture \(platform.architecture), variant "
                + "\"\(platform.variant ?? "")\", OS \(platform.os); push one for this platform."
        )
    }
}
