import Glibc
import MartletLinux

/// Where things are below the store's directory.
struct StoreLayout: Sendable {
    /// Absolute.
    let root: String

    /// Unpacked layers, one directory each, never changed.
    var volumes: String { "\(root)/volumes" }
    /// One small record a layer: its size and its parent.
    var meta: String { "\(root)/meta" }
    /// Records of complete images, by manifest digest.
    var manifests: String { "\(root)/manifests" }
    /// One directory a container: the writable part and the mount.
    var images: String { "\(root)/images" }
    /// The lower layer of an image without layers.
    var empty: String { "\(root)/empty" }
    /// What is being made; emptied at start.
    var temporary: String { "\(root)/tmp" }
    /// What is being removed; emptied at start.
    var trash: String { "\(root)/trash" }

    func volume(_ chainID: ChainID) -> String { "\(volumes)/\(chainID.directoryName)" }
    func record(_ chainID: ChainID) -> String { "\(meta)/\(chainID.directoryName).json" }

    /// Everything but `images` is for the agent alone: layers hold set-user-id files owned by the host's root. Below
    /// `images` a container's own root, who is nobody on the host, must be able to pass.
    func create() throws(Errno) {
        try Files.makeDirectories(root, mode: 0o711)
        for directory in [volumes, meta, manifests, temporary, trash] { try make(directory, mode: 0o700) }
        for directory in [root, images] { try make(directory, mode: 0o711) }
        try make(empty, mode: 0o755)
    }

    private func make(_ directory: String, mode: mode_t) throws(Errno) {
        try Files.makeDirectories(directory, mode: mode)
        try Descriptor.open(directory, O_RDONLY | O_DIRECTORY).setMode(mode)
    }
}
