import Glibc
import MartletLinux
public import MartletLog

/// Unpacked layers on disk, by chain id: committed whole or not at all, never changed, collected when nobody needs them.
///
/// The directory `volumes` is the truth about what exists. File trees block, so the actor has a thread of its own.
/// - Invariant: only this actor commits and condemns volumes below its directory; one process at a time uses a store.
public actor LayerStore {
    nonisolated let layout: StoreLayout
    nonisolated let log: Log
    private let executor = SerialQueueExecutor(label: "martlet.layers")
    private let leases = LeaseTable()
    private nonisolated let trash: Trash
    /// By chain id, what each layer takes in bytes.
    private var sizes: [ChainID: Int64]
    private var counter = 0

    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// Opens the store below `directory`, making it if it is new, and clears away what a killed process left half done.
    /// - Parameter directory: absolute, on a file system that allows idmapped mounts.
    public static func open(at directory: String, log: Log) async throws(ImageError) -> LayerStore {
        let layout = StoreLayout(root: directory)
        let sizes = try await Blocking.run { () throws(ImageError) in
            try storing("open the layer store") { () throws(Errno) in try StoreRecovery(layout, log: log).run() }
        }
        let store = LayerStore(layout, sizes: sizes, log: log)
        try await store.forgetIncomplete()
        return store
    }

    private init(_ layout: StoreLayout, sizes: [ChainID: Int64], log: Log) {
        (self.layout, self.sizes, self.log) = (layout, sizes, log)
        trash = Trash(layout)
    }

    /// Call when the agent stops in order: says that the layers on disk are whole even if the machine restarts next.
    public func close() throws(ImageError) {
        try storing("close the layer store") { () throws(Errno) in try StoreRecovery(layout, log: log).markClean() }
    }

    /// What is in the store.
    public var contents: Set<ChainID> { Set(sizes.keys) }

    /// Bytes of all layers together.
    public var size: Int64 { sizes.values.reduce(0, +) }

    /// Bytes of the files of one layer; nothing when it is not there.
    public func size(of chainID: ChainID) -> Int64? { sizes[chainID] }

    /// From now on none of these is collected, whether it is there yet or comes later, until the lease is dropped.
    func lease(_ chainIDs: [ChainID]) -> LayerLease {
        for chainID in Set(chainIDs) where sizes[chainID] != nil { touch(chainID) }
        return LayerLease(Set(chainIDs), in: leases)
    }

    /// An empty directory for a layer that is being unpacked.
    func makeStaging() throws(ImageError) -> String {
        counter += 1
        let path = "\(layout.temporary)/vol-\(getpid())-\(counter)"
        try storing("unpack a layer") { () throws(Errno) in try Files.makeDirectories(path, mode: 0o755) }
        return path
    }

    /// Where to keep a compressed layer while it is unpacked.
    func makeSpoolPath() -> String {
        counter += 1
        return "\(layout.temporary)/blob-\(getpid())-\(counter)"
    }

    /// Makes an unpacked directory the layer of that name. When the layer is there already, the directory goes away.
    func commit(_ staging: String, as chainID: ChainID, parent: ChainID?, size: Int64) throws(ImageError) {
        try storing("commit layer \(chainID)") { () throws(Errno) in
            // The record comes first: a volume without one is never trusted.
            let record = LayerRecord(size: size, parent: parent?.description)
            try Files.replace(layout.record(chainID), with: record.encoded())
            do throws(Errno) {
                let root = try Descriptor.open(layout.root, O_RDONLY | O_DIRECTORY)
                try root.rename(
                    RawName(String(staging.dropFirst(layout.root.utf8.count + 1))),
                    to: root,
                    as: RawName("volumes/\(chainID.directoryName)")
                )
            } catch  where error.code == EEXIST {
                try trash.condemn(staging)
            }
        }
        sizes[chainID] = size
    }

    /// Removes the directory of a layer that did not come to be.
    func discard(_ staging: String) {
        do throws(Errno) { try trash.condemn(staging) } catch {
            log(.warning, "half a layer not removed", ["path": staging, "error": "\(error)"])
        }
    }

    /// Removes what was discarded; the slow part.
    nonisolated func emptyTrash() async {
        let (trash, log) = (trash, log)
        await Blocking.run {
            do throws(Errno) { try trash.empty() } catch {
                log(.warning, "trash not emptied", ["error": "\(error)"])
            }
        }
    }

    /// Removes layers that nobody needs, least recently used first, until all together take at most `threshold` bytes.
    /// - Parameter keep: never removed, beside those that are leased.
    /// - Parameter threshold: 0 removes everything that is not needed.
    public func collectGarbage(keep: Set<ChainID> = [], above threshold: Int64) async throws(ImageError)
        -> GarbageReport
    {
        let condemned = try condemn(keep: keep, above: threshold)
        try forgetIncomplete()
        await emptyTrash()
        return condemned
    }

    /// Marking and renaming in one step that nothing can come between; only the slow removal happens outside.
    private func condemn(keep: Set<ChainID>, above threshold: Int64) throws(ImageError) -> GarbageReport {
        guard threshold >= 0 else { throw ImageError(.invalid, "The collection threshold is negative: \(threshold).") }
        let needed = keep.union(leases.held)
        let unused = sizes.keys.filter { !needed.contains($0) }.sorted { lastUse(of: $0) < lastUse(of: $1) }
        var report = GarbageReport()
        for chainID in unused where size > threshold || threshold == 0 {
            try storing("collect layer \(chainID)") { () throws(Errno) in try trash.condemn(layout.volume(chainID)) }
            try? Files.removeFile(layout.record(chainID))  // A record without a volume is dropped at the next start.
            report.removed.append(chainID)
            report.bytes += sizes.removeValue(forKey: chainID) ?? 0
        }
        return report
    }

    private func touch(_ chainID: ChainID) {
        // Only the order of collection depends on it.
        unsafe utimensat(AT_FDCWD, layout.record(chainID), nil, 0)
    }

    private func lastUse(of chainID: ChainID) -> Int64 {
        var status = stat()
        guard unsafe stat(layout.record(chainID), &status) == 0 else { return 0 }
        return Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
    }
}

/// What a collection removed.
public struct GarbageReport: Hashable, Sendable {
    /// In the order of removal: least recently used first.
    public var removed: [ChainID] = []
    /// Bytes of their files.
    public var bytes: Int64 = 0

    public init() {}
}
