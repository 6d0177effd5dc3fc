import Glibc
import MartletCrypto
import MartletLinux
import MartletLog
import MartletRegistry

/// Brings the directory of a store into order at start, whatever was going on when the last process died.
struct StoreRecovery {
    private let layout: StoreLayout
    private let log: Log
    private var bootFile: String { "\(layout.root)/boot" }
    private var cleanFile: String { "\(layout.root)/clean" }

    init(_ layout: StoreLayout, log: Log) {
        (self.layout, self.log) = (layout, log)
    }

    /// - Returns: the size of each layer that is there.
    func run() throws(Errno) -> [ChainID: Int64] {
        try layout.create()
        let trash = Trash(layout)
        for name in try Files.list(layout.temporary) { try trash.condemn("\(layout.temporary)/\(name)") }
        try dropUntrusted(trash)
        let sizes = try layers(trash)
        try trash.empty()
        return sizes
    }

    /// Everything is on disk; the next start may trust it even after the machine went down.
    func markClean() throws(Errno) {
        try Descriptor.open(layout.root, O_RDONLY | O_DIRECTORY).flushFileSystem()
        try Files.replace(cleanFile, with: [])
    }

    /// Layers are not flushed to the disk one by one. After a crash of the machine they may be holey, so all go.
    private func dropUntrusted(_ trash: Trash) throws(Errno) {
        let boot = try Files.read("/proc/sys/kernel/random/boot_id")
        let before = try? Files.read(bootFile)
        if let before, before != boot, !Files.exists(cleanFile) {
            log(.notice, "the machine went down without notice; cached layers are dropped")
            for directory in [layout.volumes, layout.meta, layout.manifests] { try trash.condemn(directory) }
            try layout.create()
        }
        try Files.removeFile(cleanFile)
        if before != boot { try Files.replace(bootFile, with: boot) }
    }

    /// A volume without its record is removed, and a record without its volume.
    private func layers(_ trash: Trash) throws(Errno) -> [ChainID: Int64] {
        var sizes: [ChainID: Int64] = [:]
        for name in try Files.list(layout.volumes) {
            let digest = Digest(.sha256, hex: name) ?? Digest(.sha512, hex: name)
            guard let chainID = digest.map(ChainID.init),
                let bytes = try? Files.read(layout.record(chainID)),
                let record = LayerRecord(decoding: bytes)
            else {
                try trash.condemn("\(layout.volumes)/\(name)")
                continue
            }
            sizes[chainID] = record.size
        }
        let known = Set(sizes.keys.map { "\($0.directoryName).json" })
        for name in try Files.list(layout.meta) where !known.contains(name) {
            try Files.removeFile("\(layout.meta)/\(name)")
        }
        return sizes
    }
}
