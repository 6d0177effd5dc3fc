import Glibc
import MartletLinux

/// What the layers below show together, for reading only and attached nowhere.
enum LowerView {
    /// - Parameter directories: topmost first.
    /// - Returns: the root of the view; nothing when there are no layers.
    static func open(_ directories: [String]) throws(ImageError) -> Descriptor? {
        try storing("look at the lower layers") { () throws(Errno) -> Descriptor? in
            guard let first = directories.first else { return nil }
            if directories.count == 1 { return try Descriptor.open(first, O_RDONLY | O_DIRECTORY) }
            var overlay = try OverlayMount()
            for directory in directories {
                let layer = try DetachedMount.clone(of: directory)
                try layer.restrict(readOnly: true)
                try overlay.addLower(layer)
            }
            return try overlay.mount(readOnly: true).openRoot()
        }
    }
}
