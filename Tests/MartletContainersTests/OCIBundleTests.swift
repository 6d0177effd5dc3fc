import MartletLinux
import Testing

@testable import MartletContainers

@Suite("OCI bundle")
struct OCIBundleTests {
    private let context = OCIBundle.Context(
        root: "/run/martlet/cell/bundles/a/rootfs",
        initBinary: "/usr/bin/catatonit",
        userNamespace: "/run/martlet/cell/namespaces/a.user",
        networkNamespace: "/run/martlet/cell/namespaces/a.network",
        hostsFile: "/run/martlet/cell/bundles/a/hosts",
        resolverFile: "/run/martlet/cell/bundles/a/resolv.conf",
        cgroupsPath: "/martlet-cell/a",
        sysctl: ["net.ipv4.tcp_keepalive_time": "7200"],
        swapAccounting: true,
        cgroupNamespace: false,
        noNewPrivileges: true
    )

    private func spec(_ id: String = "a") throws -> ContainerSpec {
        ContainerSpec(
            id: try #require(ContainerID(id)),
            rootFS: "/var/lib/martlet/images/a/rootfs",
            idRange: IDRange(base: 1_114_112)
        )
    }

    @Test("the whole configuration is the recorded one")
    func golden() throws {
        var spec = try spec()
        spec.environment = [.init("LANG", "C.UTF-8"), .init("EMPTY", "")]
        spec.memoryBytes = 268_435_456
        spec.pids = 1024
        spec.cpuShares = 256
        spec.mounts = [.init(source: "/srv/data", destination: "/data", readOnly: false)]
        let config = String(decoding: try OCIBundle.config(for: spec, context), as: UTF8.self)
        #expect(config + "\n" == Fixture.text("config.json"))
    }

    @Test("limits that are not set are absent, and swap is absent where it is not accounted for")
    func limits() throws {
        var context = context
        context.swapAccounting = false
        var spec = try spec()
        let none = OCIBundle.configuration(for: spec, context).linux.resources
        #expect(none.memory == nil && none.cpu == nil && none.pids == nil)
        spec.memoryBytes = 1 << 20
        let some = OCIBundle.configuration(for: spec, context).linux.resources
        #expect(some.memory == .init(limit: 1 << 20, swap: nil))
    }

    @Test("with cgroup v2 alone the container has a cgroup namespace, and nothing else is different")
    func cgroupNamespace() throws {
        let spec = try spec()
        var unified = context
        unified.cgroupNamespace = true
        var expected = OCIBundle.configuration(for: spec, context)
        #expect(expected.linux.namespaces.map(\.type) == ["user", "network", "mount", "pid", "ipc", "uts"])
        expected.linux.namespaces.append(.init(type: "cgroup"))
        #expect(OCIBundle.configuration(for: spec, unified) == expected)
        let json = String(decoding: try OCIBundle.config(for: spec, unified), as: UTF8.self)
        #expect(json.contains("\"type\" : \"cgroup\"\n      }"))
    }

    @Test("a long hostname keeps its last 49 bytes")
    func hostname() throws {
        let id = String(repeating: "a", count: 30) + String(repeating: "b", count: 30)
        var spec = try spec(id)
        #expect(OCIBundle.hostname(spec) == String(repeating: "a", count: 19) + String(repeating: "b", count: 30))
        spec.hostname = "short"
        #expect(OCIBundle.hostname(spec) == "short")
    }

    @Test("nobody has inheritable or ambient capabilities, and only root has any")
    func capabilities() {
        let root = OCIProcess.Capabilities.forUser(0)
        #expect(root.bounding.count == 14)
        #expect(root.effective == root.bounding && root.permitted == root.bounding)
        #expect(OCIProcess.Capabilities.forUser(1000) == .init(bounding: root.bounding, effective: [], permitted: []))
    }
}

@Suite("Seccomp list")
struct SeccompTests {
    private let rules = OCIConfig.Seccomp.standard.syscalls

    @Test("few rules with many names, each name once")
    func names() {
        let allowed = rules[0].names
        #expect(allowed.count > 300)
        #expect(Set(allowed).count == allowed.count)
        #expect(rules.count == 6)
    }

    @Test(
        "dangerous calls are not named at all",
        arguments: [
            "mount", "umount2", "unshare", "setns", "bpf", "keyctl", "init_module", "reboot", "open_by_handle_at",
            "process_vm_readv", "userfaultfd", "io_uring_setup", "pivot_root", "fsopen", "move_mount",
        ]
    )
    func refused(name: String) {
        #expect(!rules.contains { $0.names.contains(name) })
    }

    @Test("clone may not make namespaces, and clone3 looks as if the kernel were too old")
    func clone() {
        let argument = OCIConfig.Seccomp.Argument(
            index: 0,
            value: 0x7E02_0000,
            valueTwo: 0,
            op: "SCMP_CMP_MASKED_EQ"
        )
        #expect(rules.filter { $0.names.contains("clone") }.map(\.args) == [[argument]])
        #expect(rules.filter { $0.names == ["clone3"] }.map(\.errnoRet) == [38])
    }
}
