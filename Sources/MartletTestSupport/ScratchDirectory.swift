import Glibc
public import MartletLinux

/// A directory of one test, removed with all that is in it when the last owner lets go.
public final class ScratchDirectory: Sendable {
    public let path: String

    public init(_ prefix: String = "martlet-test") throws(Errno) {
        let name = "\(prefix)-\(getpid())-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
        path = "/tmp/\(name)"
        guard unsafe mkdir(path, 0o700) == 0 else { throw .last("mkdir /tmp/\(name)") }
    }

    deinit { Self.removeTree(path) }

    /// The path of `name` in this directory.
    public func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Best effort: a test that left a mount behind is told by its own checks.
    private static func removeTree(_ path: String) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            unsafe unlink(path)
            return
        }
        for name in (try? Files.list(path)) ?? [] { removeTree("\(path)/\(name)") }
        unsafe rmdir(path)
    }
}
