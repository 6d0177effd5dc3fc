import MartletLinux
import Testing

@Suite("cgroup layout")
struct CgroupLayoutTests {
    private static let hybridMounts = """
        27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
        31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
        32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
        35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
        36 31 0:33 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
        40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,name=systemd
        41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw,nsdelegate
        99 31 0:32 / /elsewhere/memory rw,relatime - cgroup cgroup rw,memory
        broken line
        """
    private static let hybridGroups = """
        5:name=systemd:/init.scope
        4:pids:/
        3:memory:/some/group
        2:cpu,cpuacct:/
        0::/init.scope
        """

    @Test("a hybrid machine has both, each hierarchy once")
    func hybrid() {
        let layout = CgroupLayout(mountInfo: Self.hybridMounts, cgroup: Self.hybridGroups)
        #expect(layout.mode == .hybrid)
        #expect(
            layout.hierarchies == [
                .init(["cpu", "cpuacct"], at: "/sys/fs/cgroup/cpu,cpuacct"),
                .init(["memory"], at: "/sys/fs/cgroup/memory"),
                .init(["pids"], at: "/sys/fs/cgroup/pids"),
                .init(["name=systemd"], at: "/sys/fs/cgroup/systemd"),
            ]
        )
        #expect(layout.ownGroups["memory"] == "/some/group" && layout.ownGroups[""] == "/init.scope")
        #expect(layout.directory(of: "/m/a", controller: "cpuacct") == "/sys/fs/cgroup/cpu,cpuacct/m/a")
        #expect(layout.directory(of: "/m/a", controller: "io") == nil)
        #expect(layout.directories(of: "/m/a").count == 5)
        #expect(layout.directories(of: "/m/a").last == "/sys/fs/cgroup/unified/m/a")
    }

    @Test("a version 1 machine has no version 2 tree")
    func v1() {
        let mounts = Self.hybridMounts.split(separator: "\n").filter { !$0.contains("cgroup2") }.joined(separator: "\n")
        let layout = CgroupLayout(mountInfo: mounts, cgroup: Self.hybridGroups)
        #expect(layout.mode == .v1)
        #expect(layout.unified == nil)
        #expect(layout.directories(of: "/x").count == 4)
    }

    @Test(
        "a version 2 machine has one tree for all controllers",
        arguments: ["", "40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd\n"]
    )
    func unified(extra: String) {
        let mounts = extra + "29 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate"
        let layout = CgroupLayout(
            mountInfo: mounts,
            cgroup: "1:name=systemd:/\n0::/system.slice/martlet-cell.service\n"
        )
        #expect(layout.mode == .unified)
        #expect(layout.directory(of: "/m/a", controller: "memory") == "/sys/fs/cgroup/m/a")
        #expect(layout.ownGroups[""] == "/system.slice/martlet-cell.service")
    }

    @Test("this machine has a memory controller somewhere")
    func here() throws {
        let layout = try CgroupLayout.current()
        let memory = try #require(layout.directory(of: "", controller: "memory"))
        #expect(Files.exists(memory))
    }

    @Test("mount lines with optional fields and escapes")
    func mountLines() throws {
        let line =
            #"36 35 98:0 /mnt1 /with\040space\134x rw,noatime master:1 shared:2 - ext3 /dev/root rw,errors=continue"#
        let mount = try #require(MountInfo(line))
        #expect(mount.root == "/mnt1" && mount.mountPoint == #"/with space\x"#)
        #expect(mount.type == "ext3" && mount.source == "/dev/root")
        #expect(mount.superOptions == ["rw", "errors=continue"])
        #expect(MountInfo("36 35 98:0 / /x rw - ext3") == nil)
        #expect(try MountInfo.current().contains { $0.mountPoint == "/proc" })
    }

    @Test("any text is a layout", arguments: UInt64(1)...50)
    func fuzz(seed: UInt64) {
        var state = seed
        let alphabet = Array("- /:,\\0123\ncgroup2 cgroup memory name=".utf8)
        func text() -> String {
            let bytes = (0..<400).map { _ -> UInt8 in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return alphabet[Int((state >> 33) % UInt64(alphabet.count))]
            }
            return String(decoding: bytes, as: UTF8.self)
        }
        let layout = CgroupLayout(mountInfo: text(), cgroup: text())
        #expect(layout.directories(of: "/x").allSatisfy { $0.hasSuffix("/x") })
    }
}
