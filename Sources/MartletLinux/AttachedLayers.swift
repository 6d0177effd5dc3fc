import CMartletShims
import Glibc

/// Layers that are attached below a private tmpfs while an overlay of them is made by `mount(2)`, for kernels that do
/// not take layers as descriptors. The overlay keeps its own copies, so everything is detached right afterwards.
struct AttachedLayers: ~Copyable {
    /// Short, because all paths together have to fit in one page.
    private let place: String
    private let count: Int

    private init(place: String, count: Int) {
        self.place = place
        self.count = count
    }

    /// - Parameter layers: detached mounts, topmost first.
    static func attaching(_ layers: [Int32]) throws(Errno) -> AttachedLayers {
        let place = try makePlace()
        do throws(Errno) { try attach(layers, below: place) } catch {
            detach(place)
            throw error
        }
        return AttachedLayers(place: place, count: layers.count)
    }

    private static func makePlace() throws(Errno) -> String {
        var template = Array("/run/mlXXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw .last("mkdtemp /run/ml…") }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func attach(_ layers: [Int32], below place: String) throws(Errno) {
        try retrying("mount tmpfs on \(place)") { unsafe Glibc.mount("tmpfs", place, "tmpfs", 0, "mode=0700") }
        // Private, so that nothing of it is seen in the mount namespaces of containers.
        try retrying("make \(place) private") { unsafe Glibc.mount(nil, place, nil, UInt(MS_PRIVATE), nil) }
        for (number, layer) in layers.enumerated() {
            let path = "\(place)/\(number)"
            try Files.makeDirectories(path)
            try retrying("move_mount to \(path)") { unsafe martlet_move_mount(layer, AT_FDCWD, path) }
        }
        try Files.makeDirectories("\(place)/o")
    }

    deinit { Self.detach(place) }

    /// The overlay of all layers, attached nowhere.
    func overlay(upper: (directory: String, work: String)?, readOnly: Bool) throws(Errno) -> DetachedMount {
        let lower = (0..<count).map { "\(place)/\($0)" }.joined(separator: ":")
        var options = "lowerdir=\(lower),redirect_dir=nofollow,metacopy=off"
        if let upper {
            options += ",upperdir=\(Self.escaped(upper.directory)),workdir=\(Self.escaped(upper.work)),volatile"
        }
        guard options.utf8.count < 4_096 else { throw Errno(E2BIG, "overlay of \(count) layers on this kernel") }
        let flags = UInt(MS_NODEV) | (readOnly ? UInt(MS_RDONLY) : 0)
        let target = "\(place)/o"
        try retrying("mount overlay of \(count) layers") {
            unsafe Glibc.mount("overlay", target, "overlay", flags, options)
        }
        return try DetachedMount.clone(of: target)
    }

    /// Commas separate options, and the kernel takes a backslash before one.
    private static func escaped(_ path: String) -> String {
        path.replacing("\\", with: "\\\\").replacing(",", with: "\\,")
    }

    private static func detach(_ place: String) {
        _ = unsafe umount2(place, Int32(MNT_DETACH))
        _ = unsafe rmdir(place)
    }
}
