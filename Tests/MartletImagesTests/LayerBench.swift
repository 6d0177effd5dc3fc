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

/// A tree as values: a line for each path.
struct TreeListing {
    /// `d 755 0:0`, `f 644 0:0 content`, `l target`, `p 644 0:0`, `whiteout`; `opaque` after a directory that is so, and
    /// `{name=value}` for each other extended attribute.
    var files: [String: String] = [:]

    init(_ root: borrowing Descriptor) throws {
        try add(root, "")
    }

    private mutating func add(_ directory: borrowing Descriptor, _ prefix: String) throws {
        for name in try directory.names() {
            let path = prefix + name.text
            guard let status = try directory.status(of: name) else { continue }
            let owner = "\(String(status.mode, radix: 8)) \(status.userID):\(status.groupID)"
            switch status.kind {
            case .regular:
                let file = try directory.open(name, O_RDONLY | O_NOFOLLOW)
                let content = String(decoding: try file.readAll(), as: UTF8.self)
                files[path] = try "f \(owner) \(content)\(Self.attributes(file))"
            case .directory:
                let child = try directory.openDirectory(name)
                files[path] = try "d \(owner)\(Self.attributes(child))"
                try add(child, path + "/")
            case .symbolicLink: files[path] = "l \(try directory.readLink(name))"
            case .fifo: files[path] = "p \(owner)"
            case .characterDevice where status.isWhiteout: files[path] = "whiteout"
            case .characterDevice, .blockDevice, .socket: files[path] = "\(status.kind)"
            }
        }
    }

    private static func attributes(_ file: borrowing Descriptor) throws -> String {
        var text = ""
        for name in try file.extendedAttributeNames() where !name.text.hasPrefix("security.selinux") {
            let value = try file.extendedAttribute(name) ?? []
            text +=
                name == "trusted.overlay.opaque" ? " opaque" : " {\(name)=\(String(decoding: value, as: UTF8.self))}"
        }
        return text
    }
}
