import Glibc
import MartletLinux

/// Removes directory trees in two steps: a rename, after which the name is free, and the slow part.
struct Trash: Sendable {
    let layout: StoreLayout

    init(_ layout: StoreLayout) {
        self.layout = layout
    }

    /// Takes the file or directory away at once. Missing is fine.
    func condemn(_ path: String) throws(Errno) {
        let target = "\(layout.trash)/\(String(UInt64.random(in: .min ... .max), radix: 36))"
        guard unsafe rename(path, target) == 0 || errno == ENOENT else { throw .last("rename \(path) to \(target)") }
    }

    /// Removes what was condemned. Blocks its thread; what cannot be removed stays for the next time.
    func empty() throws(Errno) {
        try Descriptor.open(layout.trash, O_RDONLY | O_DIRECTORY).removeContents()
    }
}
