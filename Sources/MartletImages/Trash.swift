import Glibc
import MartletLinux

/// Removes directory trees in two steps: a rename, after which the name is free, and the slow part.
struct Trash: Sendable {
    private let layout: StoreLayout
    private let counter: Locked<Int>

    init(_ layout: StoreLayout) {
        self.layout = layout
        counter = Locked(0)
    }

    /// Takes the file or directory away at once. Missing is fine.
    func condemn(_ path: String) throws(Errno) {
        let number = counter.withLock { counter in
            counter += 1
            return counter
        }
        let target = "\(layout.trash)/\(getpid()).\(number)"
        guard unsafe rename(path, target) == 0 || errno == ENOENT else { throw .last("rename \(path) to \(target)") }
    }

    /// Removes what was condemned. Blocks its thread; what cannot be removed stays for the next time.
    func empty() throws(Errno) {
        try Descriptor.open(layout.trash, O_RDONLY | O_DIRECTORY).removeContents()
    }
}
