import Glibc
import MartletHTTP
import MartletImages
import MartletLinux
import MartletLog
import MartletRegistry
import MartletTestSupport
import Testing

@Suite("Images against real tools", .enabled(if: getuid() == 0, "needs root, umoci, skopeo and docker-registry"))
struct ImagesUmociTests {
    private static let ids = IDRange(base: 3_014_656)

    @Test("the mounted tree is what umoci unpacks, through a real registry, with gzip and with zstd layers")
    func sameAsUmoci() async throws {
        let layers = try await Self.layers()
        let scratch = try ScratchDirectory("martlet-umoci")
        defer { Self.clear(scratch) }
        let reference = try OCILayoutBuilder()
        try await reference.addImage(tag: "one", layers: layers.map { .init(tar: $0) })
        let bundle = scratch.file("bundle")
        try await SystemTool.run(["umoci", "unpack", "--image", "\(reference.path):one", bundle])
        let expected = try TreeListing(
            Descriptor.open("\(bundle)/rootfs", O_RDONLY | O_DIRECTORY),
            withTimes: true
        )

        let mixed = try OCILayoutBuilder()
        let compressions: [OCILayoutBuilder.Layer.Compression] = [.zstd, .gzip, .none, .zstd]
        try await mixed.addImage(
            tag: "one",
            layers: zip(layers, compressions).map { .init(tar: $0, compression: $1) }
        )
        let found = try await RealRegistry.with { registry in
            try await registry.push(mixed, tag: "one", as: "team/app:v1")
            return try await Self.mounted("\(registry.address)/team/app:v1", in: scratch)
        }
        #expect(found.files == expected.files)
        #expect(found.hardLinks == expected.hardLinks)
        #expect(expected.files.count > 30)
        #expect(expected.hardLinks.count == 4)
    }

    /// Pulls from the registry, mounts, lists, and takes everything away again.
    private static func mounted(_ name: String, in scratch: ScratchDirectory) async throws -> TreeListing {
        var configuration = RegistryConfiguration()
        configuration.insecureHosts = try InsecureHosts([String(name.prefix { $0 != "/" })])
        let client = RegistryClient(configuration: configuration, clock: SystemClock()) { _ in
            HTTPClient(HTTPClient.Configuration())
        }
        let store = try await LayerStore.open(at: scratch.file("store"), log: .discarding)
        let roots = try await RootFSStore.open(beside: store, log: .discarding)
        let puller = ImagePuller(store: store, source: client, log: .discarding)
        let image = try await puller.pull(ImageReference(name))
        let root = try await roots.create("c1", from: image.base, ids: ids)
        let listing = try TreeListing(
            Descriptor.open(root.path, O_RDONLY | O_DIRECTORY),
            base: ids.base,
            withTimes: true
        )
        try await roots.destroy("c1")
        return listing
    }

    private static func clear(_ scratch: ScratchDirectory) {
        for id in (try? Files.list(scratch.file("store/images"))) ?? [] {
            try? Unmount.detach(scratch.file("store/images/\(id)/rootfs"), attempts: 1)
        }
        try? Descriptor.open(scratch.path, O_RDONLY | O_DIRECTORY).removeContents()
    }

    /// Four layers: a tree packed by GNU tar in pax form, changes in overlay's way, a tree in GNU's own form, and changes
    /// that depend on what is below.
    private static func layers() async throws -> [[UInt8]] {
        let scratch = try ScratchDirectory("martlet-tree")
        defer { try? Descriptor.open(scratch.path, O_RDONLY | O_DIRECTORY).removeContents() }
        try await SystemTool.run(["sh", "-ec", script, "sh", scratch.path])
        let note: RawName = "user.note"
        try Descriptor.open(scratch.file("usr/lib"), O_RDONLY).setExtendedAttribute(note, Array("directory".utf8))
        try Descriptor.open(scratch.file("etc/passwd"), O_RDONLY).setExtendedAttribute(note, Array("file".utf8))
        let pack = ["tar", "-C", scratch.path, "--numeric-owner", "--sort=name", "-cf", "-"]
        let pax = try await SystemTool.run(pack + ["--format=pax", "--xattrs", "--xattrs-include=*", "--sparse", "."])
        let gnu = try await SystemTool.run(
            pack + ["--format=gnu", "--transform=s,^./,./opt/,", "./data", "./long"]
        )
        var changes = TarStream()
        changes.entry("usr/lib/.wh.removed")
        changes.entry("data/", type: "5", mode: 0o755)
        changes.entry("data/.wh..wh..opq")
        changes.entry("data/only", data: "only")
        changes.entry(".wh.tree")
        changes.entry("tree/", type: "5", mode: 0o700, uid: 12)
        changes.entry("tree/new", data: "new")
        changes.entry("lib/through-link", data: "through a link of the layer below")
        changes.entry("etc/kept", type: "1", link: "usr/lib/kept")
        changes.entry("etc/group", data: "new group", mode: 0o600, uid: 7, gid: 8)
        changes.entry("bin/busy", type: "2", link: "../usr/bin/su")
        var later = TarStream()
        later.entry(".wh.absent")
        later.entry("tmp/file", data: "x", mode: 0o666)
        later.entry("usr/bin/capable", type: "0", data: "replaced")
        later.entry("lib/.wh.other")
        later.entry("data", data: "a file in place of a directory")
        later.entry("etc/one", data: "1")
        later.entry("etc/two", type: "1", link: "etc/one")
        later.entry("pipe", type: "6", mode: 0o620, uid: 3)
        return [pax, changes.finished(), gnu, later.finished()]
    }

    private static let script = """
        cd "$1"
        umask 022
        mkdir -p etc usr/bin usr/lib data/deep tmp tree/old "long/$(printf 'd%.0s' $(seq 120))/$(printf 'e%.0s' $(seq 120))"
        chmod 1777 tmp
        ln -s usr/lib lib
        ln -s usr/bin bin
        echo root > etc/passwd; echo group > etc/group; chown 5:6 etc/group
        ln etc/passwd etc/passwd-
        echo su > usr/bin/su; chmod 4755 usr/bin/su; ln usr/bin/su usr/bin/sudo
        echo sg > usr/bin/sg; chown 0:42 usr/bin/sg; chmod 2755 usr/bin/sg
        echo capable > usr/bin/ping; setcap cap_net_raw+ep usr/bin/ping
        echo capable > usr/bin/capable; setcap cap_net_raw+ep usr/bin/capable
        echo removed > usr/lib/removed; echo other > usr/lib/other; echo kept > usr/lib/kept
        echo hidden > data/hidden; echo deep > data/deep/file
        truncate -s 4M data/sparse; printf middle | dd of=data/sparse bs=1 seek=2000000 conv=notrunc status=none
        echo old > tree/old/file
        cp etc/group long/d*/e*/
        touch -d '2001-02-03 04:05:06.789' etc/passwd
        mkfifo usr/fifo; chmod 600 usr/fifo
        printf umlaut > "etc/\\303\\274ml"
        ln -s /absolute/target usr/absolute
        """
}
