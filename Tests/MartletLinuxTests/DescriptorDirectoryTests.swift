import Glibc
import MartletTestSupport
import Testing

@testable import MartletLinux

@Suite("Names below a directory")
struct DescriptorDirectoryTests {
    private let scratch: ScratchDirectory
    private var path: String { scratch.file("root") }

    init() throws {
        scratch = try ScratchDirectory()
        try Files.makeDirectories("\(path)/etc")
        try Files.replace("\(path)/etc/file", with: Array("inside".utf8))
        try Files.replace(scratch.file("outside"), with: Array("outside".utf8))
    }

    private func code(_ body: () throws -> Void) -> Int32? {
        do { try body() } catch { return (error as? Errno)?.code }
        return nil
    }

    @Test("links and dots are meant from the root, or refused")
    func resolution() throws {
        let root = try Descriptor.open(path, O_RDONLY | O_DIRECTORY)
        try root.makeSymbolicLink("absolute", to: "/etc")
        try root.makeSymbolicLink("escape", to: "../outside")
        try root.makeSymbolicLink("magic", to: "/proc/self/cwd")
        #expect(try root.open("absolute/file", O_RDONLY, resolving: .inRoot).readAll() == Array("inside".utf8))
        #expect(try root.open("../../etc/file", O_RDONLY, resolving: .inRoot).readAll() == Array("inside".utf8))
        #expect(code { _ = try root.open("escape", O_RDONLY, resolving: .inRoot) } == ENOENT)
        #expect(code { _ = try root.open("absolute/file", O_RDONLY) } == ELOOP)
        #expect(code { _ = try root.open("../outside", O_RDONLY) } == EXDEV)
        let proc = try Descriptor.open("/proc", O_RDONLY | O_DIRECTORY)
        #expect(code { _ = try proc.open("self/cwd", O_RDONLY, resolving: .inRoot) } == ELOOP)
    }

    @Test("the status tells the kind, and hard links are one file")
    func status() throws {
        let root = try Descriptor.open(path, O_RDONLY | O_DIRECTORY)
        try root.makeFIFO("fifo", mode: 0o600)
        try root.makeSymbolicLink("link", to: "nowhere")
        let etc = try root.openDirectory("etc")
        try etc.link("file", to: root, as: "same")
        #expect(try root.status(of: "fifo")?.kind == .fifo)
        #expect(try root.status(of: "link")?.kind == .symbolicLink)
        #expect(try root.status(of: "etc")?.kind == .directory)
        #expect(try root.status(of: "nothing") == nil)
        #expect(try root.status(of: "same")?.identity == etc.status(of: "file")?.identity)
        #expect(try root.readLink("link") == "nowhere")
        #expect(try root.names().sorted() == ["etc", "fifo", "link", "same"])
    }

    @Test("a rename does not replace unless it is told to")
    func rename() throws {
        let root = try Descriptor.open(path, O_RDONLY | O_DIRECTORY)
        try Files.replace("\(path)/other", with: Array("other".utf8))
        let etc = try root.openDirectory("etc")
        #expect(code { try root.rename("other", to: etc, as: "file") } == EEXIST)
        try root.rename("other", to: etc, as: "file", replacing: true)
        #expect(try Files.readText("\(path)/etc/file") == "other")
    }

    @Test("a tree is removed without following links; nothing there is fine")
    func removal() throws {
        let parent = try Descriptor.open(scratch.path, O_RDONLY | O_DIRECTORY)
        let root = try parent.openDirectory("root")
        try root.makeSymbolicLink("link", to: "..")
        try root.makeDirectory("empty", mode: 0o700)
        try parent.removeTree("root")
        try parent.removeTree("root")
        #expect(try parent.names() == ["outside"])
    }

    @Test("content at an offset, holes and copies")
    func content() throws {
        let file = try Descriptor.open(scratch.file("sparse"), O_RDWR | O_CREAT, mode: 0o600)
        try file.writeAll(Array("end".utf8), at: 1 << 20)
        try file.setSize(2 << 20)
        #expect(try file.read(at: 1 << 20, upTo: 3) == Array("end".utf8))
        #expect(try file.read(at: 2 << 20, upTo: 3) == [])
        let copy = try Descriptor.open(scratch.file("copy"), O_RDWR | O_CREAT, mode: 0o600)
        try copy.copyContent(of: file)
        #expect(try copy.status().size == 2 << 20)
        #expect(try copy.status().blocks < 1_000)
        #expect(try copy.readAll() == file.readAll())
    }

    @Test("attributes and times")
    func attributes() throws {
        let file = try Descriptor.open(scratch.file("outside"), O_RDWR)
        try file.setExtendedAttribute("user.a", [1, 0, 2])
        #expect(try file.extendedAttribute("user.a") == [1, 0, 2])
        #expect(try file.extendedAttribute("user.b") == nil)
        #expect(try file.extendedAttributeNames() == ["user.a"])
        try file.setModified(FileTime(seconds: -5, nanoseconds: 7))
        #expect(try file.status().modified == FileTime(seconds: -5, nanoseconds: 7))
    }
}
