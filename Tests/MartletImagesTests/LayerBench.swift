import Glibc
import MartletArchive
import MartletLinux
import MartletLog
import MartletTestSupport
import Testing

@testable import MartletImages

/// Unpacks layers upon each other in a directory of one test, and tells what came of it.
final class LayerBench {
    private let scratch: ScratchDirectory
    private(set) var layers: [String] = []
    let limits: LayerLimits

    init(limits: LayerLimits = LayerLimits()) throws {
        scratch = try ScratchDirectory("martlet-layers")
        self.limits = limits
    }

    deinit {
        // Names that are not text are beyond what the scratch directory can remove.
        try? Descriptor.open(scratch.path, O_RDONLY | O_DIRECTORY).removeContents()
    }

    /// Unpacks one more layer upon those before it.
    @discardableResult
    func unpack(_ bytes: [UInt8]) throws -> LayerUnpacker {
        let path = scratch.file("layer-\(layers.count)")
        try Files.makeDirectories(path)
        let tree = try MergedTree(
            upper: Descriptor.open(path, O_RDONLY | O_DIRECTORY),
            lower: LowerView.open(layers.reversed())
        )
        let unpacker = LayerUnpacker(tree, limits: limits, log: .discarding)
        layers.append(path)
        try unpacker.run(MemorySource(bytes))
        return unpacker
    }

    @discardableResult
    func unpack(_ build: (inout TarStream) -> Void) throws -> LayerUnpacker {
        var tar = TarStream()
        build(&tar)
        return try unpack(tar.finished())
    }

    /// What the topmost layer alone holds, in overlay's own form.
    func diff() throws -> [String: String] {
        guard let top = layers.last else { return [:] }
        return try TreeListing(Descriptor.open(top, O_RDONLY | O_DIRECTORY)).files
    }

    /// What all layers show together.
    func view() throws -> [String: String] {
        guard let root = try LowerView.open(layers.reversed()) else { return [:] }
        return try TreeListing(root).files
    }

    /// A file outside of all layers, which no layer may touch.
    func outside(_ name: String) -> String { scratch.file(name) }

    func top() throws -> Descriptor { try Descriptor.open(layers.last ?? "", O_RDONLY | O_DIRECTORY) }
}
