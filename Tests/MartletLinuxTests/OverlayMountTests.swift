import Glibc
import MartletTestSupport
import Testing

@testable import MartletLinux

@Suite("Overlay on idmapped layers", .enabled(if: getuid() == 0, "needs root"))
struct OverlayMountTests {
    private let scratch: ScratchDirectory
    private let range = IDRange(base: 3_211_264)

    init() throws {
        scratch = try ScratchDirectory("martlet-overlay")
        for name in ["low", "high", "upper", "work", "mount"] { try Files.makeDirectories(scratch.file(name)) }
        try Files.replace(scratch.file("low/file"), with: Array("low".utf8))
        try Files.replace(scratch.file("low/only"), with: Array("only".utf8))
        try Files.replace(scratch.file("high/file"), with: Array("high".utf8))
    }

    @Test("this machine can do it, and the probe leaves nothing")
    func probe() throws {
        #expect(OverlaySupport.probe(in: scratch.file("mount")) == .available)
        #expect(try Files.list(scratch.file("mount")) == [])
    }

    @Test("a probe where it is not possible says what is missing")
    func missing() {
        guard case .missing(let text) = OverlaySupport.probe(in: "/proc") else {
            Issue.record("an overlay in /proc")
            return
        }
        #expect(text.contains("Linux 5.19"))
    }

    @Test(
        "upper layers come first, owners are mapped, and only the upper directory is written to, on any kernel",
        arguments: [true, false]
    )
    func mapped(takesDescriptors: Bool) throws {
        let namespace = try UserNamespace(range)
        var overlay = try OverlayMount(takesDescriptors: takesDescriptors)
        for name in ["high", "low"] {
            let layer = try DetachedMount.clone(of: scratch.file(name))
            try layer.restrict(readOnly: true, mappedTo: namespace)
            try overlay.addLower(layer)
        }
        try overlay.setUpper(scratch.file("upper"), work: scratch.file("work"))
        let mount = scratch.file("mount")
        try overlay.mount().attach(at: mount)
        defer { try? Unmount.detach(mount) }
        #expect(try Files.readText("\(mount)/file") == "high")
        let only = try Descriptor.open("\(mount)/only", O_RDONLY).status()
        #expect((only.userID, only.groupID) == (range.base, range.base))
        try Files.overwrite("\(mount)/only", with: "changed")
        #expect(try Files.readText(scratch.file("low/only")) == "only")
        #expect(try Files.readText(scratch.file("upper/only")) == "changed")
        try Unmount.detach(mount)
        try Unmount.detach(mount)
        try Unmount.detach(scratch.file("nothing"))
        #expect(try Files.list(mount) == [])
        #expect(try Files.list("/run").filter { $0.hasPrefix("ml") && $0.count == 8 } == [])
    }

    @Test("many layers fit where they have to be attached, and without an upper directory nothing can be written")
    func attachedReadOnly() throws {
        var overlay = try OverlayMount(takesDescriptors: false)
        for number in 0..<127 {
            let layer = scratch.file("layer\(number)")
            try Files.makeDirectories(layer)
            try Files.replace("\(layer)/\(number)", with: [])
            try overlay.addLower(try DetachedMount.clone(of: layer))
        }
        let view = try overlay.mount(readOnly: true).openRoot()
        #expect(try Files.list("/proc/self/fd/\(view.rawValue)").count == 127)
        #expect(throws: Errno.self) {
            _ = try Descriptor.open("/proc/self/fd/\(view.rawValue)/new", O_CREAT | O_WRONLY)
        }
    }

    @Test("what the kernel says about a refusal is in the error")
    func refusal() throws {
        var overlay = try OverlayMount()
        let layer = try DetachedMount.clone(of: scratch.file("low"))
        try overlay.addLower(layer)
        let result: Errno?
        do {
            _ = try overlay.mount()
            result = nil
        } catch { result = error }
        #expect(result?.code == EINVAL)
    }
}
