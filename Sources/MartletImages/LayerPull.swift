import MartletLinux
import MartletLog
import MartletRegistry

/// One pull's way through the layers of its image, from the lowest to the topmost.
///
/// Layers that nobody else makes are downloaded at the same time, and unpacked one after another, because what unpacking
/// makes of a layer depends on those below.
struct LayerPull: Sendable {
    let plan: LayerPlan
    let store: LayerStore
    let download: BlobDownload
    let flights: Flights
    let limits: LayerLimits
    let log: Log
    let progress: @Sendable (PullProgress) -> Void
    /// Downloads of one image at a time.
    private let lanes = Gate(3)
    /// A layer whose bytes were wrong is fetched once more.
    private static let attempts = 2

    func run() async throws(ImageError) {
        let present = await store.contents
        let missing = plan.layers.filter { !present.contains($0.chainID) }
        progress(
            .resolved(missingLayers: missing.count, transferSize: Set(missing.map(\.blob)).reduce(0) { $0 + $1.size })
        )
        let claims = Claims(flights, flights.claim(missing.map(\.chainID)))
        let result: Result<Void, ImageError> = await withTaskGroup(of: Void.self) { group in
            let result = await outcome { () async throws(ImageError) in
                try await ensureLayers(claims, in: &group)
            }
            group.cancelAll()
            return result
        }
        claims.giveUp(after: result, from: download.origin)
        try result.get()
    }

    private func ensureLayers(_ claims: Claims, in group: inout TaskGroup<Void>) async throws(ImageError) {
        var spools: [ChainID: BlobSpool] = [:]
        let present = await store.contents
        for layer in plan.layers where claims.contains(layer.chainID) && !present.contains(layer.chainID) {
            spools[layer.chainID] = try await startDownload(layer, in: &group)
        }
        for (index, layer) in plan.layers.enumerated() {
            while !(await store.contents.contains(layer.chainID)) {
                if Task.isCancelled { throw .cancelled }
                guard claims.contains(layer.chainID) || claims.add(layer.chainID) else {
                    try await waitForOther(layer)
                    continue
                }
                // Between the look and the claim somebody else may have finished it.
                if await store.contents.contains(layer.chainID) { break }
                try await make(index, first: spools.removeValue(forKey: layer.chainID), in: &group)
            }
            claims.land(layer.chainID)
            progress(.layerReady(layer.chainID))
        }
    }

    private func waitForOther(_ layer: LayerPlan.Layer) async throws(ImageError) {
        switch await flights.wait(for: layer.chainID) {
        case .open: break
        case .failed(let error, download.origin): throw error
        case .failed: break
        case .cancelled: throw .cancelled
        }
    }

    private func make(
        _ index: Int,
        first: BlobSpool?,
        in group: inout TaskGroup<Void>
    ) async throws(ImageError) {
        var spool = first
        for attempt in 1...Self.attempts {
            let current: BlobSpool
            if let spool { current = spool } else { current = try await startDownload(plan.layers[index], in: &group) }
            do throws(ImageError) {
                return try await unpack(index, from: current)
            } catch {
                guard error.kind == .corrupt, attempt < Self.attempts else {
                    throw error.naming(plan.layers[index].blob.digest)
                }
                log(
                    .warning,
                    "layer fetched again",
                    ["layer": "\(plan.layers[index].blob.digest)", "error": "\(error)"]
                )
                spool = nil
            }
        }
    }

    private func startDownload(
        _ layer: LayerPlan.Layer,
        in group: inout TaskGroup<Void>
    ) async throws(ImageError) -> BlobSpool {
        let spool = try BlobSpool(layer.blob, at: await store.makeSpoolPath())
        group.addTask { [lanes, download] in
            let done: Void? = await lanes.pass { await download.run(into: spool) }
            if done == nil { spool.fail(.cancelled) }
        }
        return spool
    }

    private func unpack(_ index: Int, from spool: BlobSpool) async throws(ImageError) {
        let layer = plan.layers[index]
        let below = plan.layers[..<index]
        try await store.unpack(as: layer.chainID, parent: below.last?.chainID) { staging in
            LayerJob(
                bytes: spool,
                diffID: layer.diffID,
                staging: staging,
                parents: below.reversed().map { store.layout.volume($0.chainID) },
                limits: limits,
                log: log
            )
        }
    }
}

/// The layers that one pull has claimed and not landed yet.
private final class Claims: Sendable {
    private let flights: Flights
    private let open: Locked<Set<ChainID>>

    init(_ flights: Flights, _ claimed: Set<ChainID>) {
        self.flights = flights
        open = Locked(claimed)
    }

    func contains(_ chainID: ChainID) -> Bool { open.withLock { $0.contains(chainID) } }

    /// False when somebody else has it.
    func add(_ chainID: ChainID) -> Bool {
        guard !flights.claim([chainID]).isEmpty else { return false }
        _ = open.withLock { $0.insert(chainID) }
        return true
    }

    /// Does nothing for a layer of somebody else.
    func land(_ chainID: ChainID) {
        guard open.withLock({ $0.remove(chainID) }) != nil else { return }
        flights.land(chainID, .open)
    }

    /// Lands what is left. A failure is told to those who wait; those who would get the layers from elsewhere go on.
    func giveUp(after result: Result<Void, ImageError>, from origin: LayerOrigin) {
        let left = open.withLock { open in
            defer { open = [] }
            return open
        }
        let landing: Flights.Landing =
            switch result {
            case .failure(let error) where error.kind != .cancelled: .failed(error, from: origin)
            case .failure, .success: .open
            }
        for chainID in left { flights.land(chainID, landing) }
    }
}
