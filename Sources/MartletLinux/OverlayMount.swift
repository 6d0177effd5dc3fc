import CMartletShims
import Glibc

/// A new overlay file system that is being put together through `fsopen(2)`.
///
/// Directory redirects and metadata-only copies are always off: following them would let an extended attribute in an
/// image show other directories of the layers.
///
/// Kernels before 6.13 do not take layers as descriptors; there they are attached for a moment (`AttachedLayers`).
public struct OverlayMount: ~Copyable {
    private let context: Descriptor
    /// The kernel makes its own copies when it creates the file system; until then these have to live.
    private var layers: [Layer] = []
    private var takesDescriptors: Bool
    private var upper: (directory: String, work: String)?

    /// - Parameter takesDescriptors: false does what is done on kernels that do not.
    public init(takesDescriptors: Bool = true) throws(Errno) {
        context = Descriptor(owning: try retrying("fsopen overlay") { unsafe martlet_fsopen("overlay") })
        self.takesDescriptors = takesDescriptors
    }

    /// Adds a layer below those added before it, so the topmost comes first. At most 500.
    public mutating func addLower(_ layer: consuming DetachedMount) throws(Errno) {
        if takesDescriptors {
            let raw = layer.descriptor.rawValue
            do throws(Errno) {
                try configure("lowerdir+") { unsafe martlet_fsconfig_fd($0, "lowerdir+", raw) }
            } catch {
                guard error.code == EINVAL, layers.isEmpty else { throw error }
                takesDescriptors = false
            }
        }
        layers.append(Layer(layer))
    }

    /// The writable part. Both directories are on one file system, and `work` is empty.
    ///
    /// Nothing written there survives a crash of the machine (`volatile`), which makes `fsync` inside free.
    public mutating func setUpper(_ upper: String, work: String) throws(Errno) {
        self.upper = (upper, work)
        guard takesDescriptors else { return }
        try configure("upperdir \(upper)") { unsafe martlet_fsconfig_string($0, "upperdir", upper) }
        try configure("workdir \(work)") { unsafe martlet_fsconfig_string($0, "workdir", work) }
        try configure("volatile") { unsafe martlet_fsconfig_flag($0, "volatile") }
    }

    /// Creates the file system. Without an upper directory it is read-only.
    public consuming func mount(readOnly: Bool = false) throws(Errno) -> DetachedMount {
        guard takesDescriptors else {
            return try AttachedLayers.attaching(layers.map(\.descriptor)).overlay(upper: upper, readOnly: readOnly)
        }
        try configure("redirect_dir") { unsafe martlet_fsconfig_string($0, "redirect_dir", "nofollow") }
        try configure("metacopy") { unsafe martlet_fsconfig_string($0, "metacopy", "off") }
        try configure("create") { martlet_fsconfig_create($0) }
        let raw = try retrying("fsmount overlay") { martlet_fsmount(context.rawValue, readOnly ? 1 : 0) }
        return DetachedMount(Descriptor(owning: raw))
    }

    private func configure(_ what: String, _ call: (Int32) -> Int32) throws(Errno) {
        do throws(Errno) {
            _ = try retrying("overlay \(what)") { call(context.rawValue) }
        } catch {
            throw Errno(error.code, error.operation + explanation())
        }
    }

    /// What the kernel has to say: one line a read, such as `e overlay: too many lower directories, limit is 500`.
    private func explanation() -> String {
        var lines = ""
        var buffer = [UInt8](repeating: 0, count: 4_096)
        for _ in 0..<8 {
            let count = unsafe buffer.withUnsafeMutableBytes {
                unsafe Glibc.read(context.rawValue, $0.baseAddress, $0.count)
            }
            guard count > 0 else { break }
            lines += " (" + String(decoding: buffer[..<count].filter { $0 >= 0x20 }, as: UTF8.self) + ")"
        }
        return lines
    }
}

/// An array does not hold what cannot be copied.
private final class Layer {
    private let mount: DetachedMount

    init(_ mount: consuming DetachedMount) {
        self.mount = mount
    }

    /// Valid as long as `self` lives.
    var descriptor: Int32 { mount.descriptor.rawValue }
}
