import Glibc
import MartletLinux
import Testing

@Suite("Directories of somebody else")
struct RootedDirectoryTests {
    private let path = "/tmp/martlet-rooted-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"

    private func withRoot(_ body: (borrowing RootedDirectory) throws -> Void) throws {
        try Files.makeDirectories("\(path)/etc")
        defer { try? FileTree.remove(path) }
        try Files.replace("\(path)/etc/passwd", with: Array("inside".utf8))
        try body(try RootedDirectory(path))
    }

    private func link(_ target: String, _ name: String) throws {
        try retrying("symlink") { unsafe symlink(target, "\(path)/\(name)") }
    }

    @Test("absolute paths, absolute links and dots stay inside")
    func inside() throws {
        try withRoot { root in
            try link("/etc/passwd", "absolute")
            try link("../../../../etc/passwd", "upwards")
            for name in ["/etc/passwd", "etc/passwd", "absolute", "upwards", "../../etc/passwd"] {
                #expect(try root.read(name) == Array("inside".utf8))
            }
        }
    }

    @Test("links of the kernel's own and things that are no files are refused")
    func refused() throws {
        try withRoot { root in
            try retrying("mkfifo") { unsafe mkfifo("\(path)/fifo", 0o600) }
            var codes: [Int32] = []
            for name in ["fifo", "etc", "missing"] {
                do throws(Errno) { _ = try root.read(name) } catch { codes.append(error.code) }
            }
            #expect(codes == [EINVAL, EINVAL, ENOENT])
            var magic = [Int32]()
            do throws(Errno) {
                _ = try RootedDirectory("/proc").read("self/root/etc/hostname")
            } catch { magic.append(error.code) }
            #expect(magic == [ELOOP])
        }
    }

    @Test("missing directories are made inside, through links")
    func directories() throws {
        try withRoot { root in
            try link("/real", "linked")
            try root.makeDirectories("/real", user: getuid(), group: getgid())
            try root.makeDirectories("linked/a/./b", user: getuid(), group: getgid())
            #expect(Files.exists("\(path)/real/a/b"))
            #expect(throws: Errno.self) { try root.makeDirectories("/etc/passwd/x", user: getuid(), group: getgid()) }
        }
    }
}
