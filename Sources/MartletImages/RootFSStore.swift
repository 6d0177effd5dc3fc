import Glibc
public import MartletLinux
public import MartletLog

/// The mounted root file systems of containers, one directory each below `images`.
///
/// A root file system is an overlay: its lower layers are those of the image, mapped to the container's ids at mount time,
/// so that making one takes the same time for every size of image; its upper directory is the container's own.
///
/// Calls about different ids may run at the same time; the caller does not call twice at once about one id.
public actor RootFSStore {
    private let layout: StoreLayout
    private let layers: LayerStore
    private let log: Log
    private let trash: Trash
    /// Keeps the layers of each mounted root file system.
    private var leases: [String: LayerLease]

    /// Finds the root file systems that are on disk, mounted or not, and holds their layers.
    /// - Throws: `.unsupported` when this kernel cannot map the ids of overlay layers; the text says what is missing.
    public static func open(beside layers: LayerStore, log: Log) async throws(ImageError) -> RootFSStore {
        let layout = layers.layout
        let found = try await Blocking.run { () throws(ImageError) in
            if case .missing(let reason) = OverlaySupport.probe(in: layout.temporary) {
                throw ImageError(.unsupported, reason)
            }
            return try storing("open the root file systems") { () throws(Errno) in
                try records(in: layout)
            }
        }
        var leases: [String: LayerLease] = [:]
        for (id, chainIDs) in found { leases[id] = await layers.lease(chainIDs) }
        return RootFSStore(layers, leases: leases, log: log)
    }

    private init(_ layers: LayerStore, leases: [String: LayerLease], log: Log) {
        (self.layers, self.leases, self.log) = (layers, leases, log)
        layout = layers.layout
        trash = Trash(layers.layout)
    }

    /// Makes and mounts a root file system. When it fails nothing of it remains.
    /// - Parameter id: the container's; 1 to 200 bytes without `/` and control characters, not `.` or `..`.
    /// - Throws: `.invalid` for an impossible or used id, `.notFound` when a layer is missing, `.storage` when the
    ///   kernel refuses.
    public func create(_ id: String, from base: RootFSBase, ids: IDRange) async throws(ImageError) -> RootFS {
        try Self.check(id)
        guard leases[id] == nil, !Files.exists(directory(id)) else {
            throw ImageError(.invalid, "There is a root file system \(id) already.")
        }
        let lease = await layers.lease(base.chainIDs)
        guard await layers.contents.isSuperset(of: base.chainIDs) else {
            throw ImageError(.notFound, "Layers of the root file system \(id) are not in the store.")
        }
        leases[id] = lease
        let mount = RootFSMount(directory: directory(id), lowers: lowers(of: base), ids: ids)
        do throws(ImageError) {
            try await Blocking.run { () throws(ImageError) in
                try storing("mount the root file system \(id)") { () throws(Errno) in
                    try mount.make(record: RootFSRecord(base))
                }
            }
        } catch {
            try? await destroy(id)  // The first failure is the one to tell; what is left goes at the next start.
            throw error
        }
        return RootFS(id: id, path: mount.root, ids: ids)
    }

    /// Unmounts and removes it. An unknown id is fine.
    public func destroy(_ id: String) async throws(ImageError) {
        try Self.check(id)
        let (directory, trash, log) = (directory(id), trash, log)
        try await Blocking.run { () throws(ImageError) in
            try storing("remove the root file system \(id)") { () throws(Errno) in
                try Unmount.detach("\(directory)/rootfs")
                try trash.condemn(directory)
            }
            do throws(Errno) { try trash.empty() } catch {
                log(.warning, "trash not emptied", ["error": "\(error)"])
            }
        }
        leases[id] = nil
    }

    /// The ids of all that exist, sorted; those whose making was cut short included.
    public func list() async throws(ImageError) -> [String] {
        let images = layout.images
        return try await Blocking.run { () throws(ImageError) in
            try storing("list the root file systems") { () throws(Errno) in try Files.list(images) }
        }
    }

    /// Removes every root file system but those named.
    /// - Returns: the ids of what was removed, sorted. What could not be removed is logged and stays for the next time.
    @discardableResult
    public func destroyUnknown(keeping known: Set<String>) async throws(ImageError) -> [String] {
        var removed: [String] = []
        for id in try await list() where !known.contains(id) {
            do throws(ImageError) {
                try await destroy(id)
                removed.append(id)
            } catch {
                log(.warning, "root file system not removed", ["id": id, "error": "\(error)"])
            }
        }
        return removed
    }

    private func directory(_ id: String) -> String { "\(layout.images)/\(id)" }

    /// Topmost first, as overlay wants them.
    private func lowers(of base: RootFSBase) -> [String] {
        switch base.content {
        case .directory(let path): [path]
        case .layers(let chainIDs): chainIDs.isEmpty ? [layout.empty] : chainIDs.reversed().map(layout.volume)
        }
    }

    private static func check(_ id: String) throws(ImageError) {
        let bytes = id.utf8
        guard (1...200).contains(bytes.count), id != ".", id != "..",
            bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") })
        else { throw ImageError(.invalid, "A root file system cannot have this id.") }
    }

    private static func records(in layout: StoreLayout) throws(Errno) -> [String: [ChainID]] {
        var found: [String: [ChainID]] = [:]
        for id in try Files.list(layout.images) {
            let record = try? Files.read("\(layout.images)/\(id)/\(RootFSRecord.fileName)")
            found[id] = record.flatMap(RootFSRecord.init(decoding:))?.chainIDs ?? []
        }
        return found
    }
}

extension RootFSBase {
    /// Empty for a directory.
    var chainIDs: [ChainID] {
        switch content {
        case .layers(let chainIDs): chainIDs
        case .directory: []
        }
    }
}
