import FoundationEssentials
import MartletLinux

/// The OCI configuration of a container, as a function of what the container is to be.
///
/// Unprivileged containers only: a user namespace always, and what the specification of containers (3.4 to 3.7) says.
enum OCIBundle {
    /// Everything the configuration depends on besides the container's own specification.
    struct Context: Hashable, Sendable {
        /// The root file system, at a path that the container's root may pass.
        var root: String
        /// On the host; bind-mounted as `initPath`.
        var initBinary: String
        /// Prepared namespaces; the runtime wants the mappings as well.
        var userNamespace: String
        var networkNamespace: String
        /// Host files that are bind-mounted to `/etc/hosts` and `/etc/resolv.conf`.
        var hostsFile: String
        var resolverFile: String
        var cgroupsPath: String
        var sysctl: [String: String]
        /// False where the kernel does not account for swap: then the limit is for memory alone.
        var swapAccounting: Bool
        /// True where there is nothing but cgroup v2: its one tree would otherwise show the whole host inside.
        var cgroupNamespace: Bool
        var noNewPrivileges: Bool
    }

    /// Where the init binary is seen inside; chosen so that no image has something there.
    static let initPath = "/.martlet-init"

    /// `config.json`, with sorted keys so that equal containers have equal bytes.
    static func config(for spec: ContainerSpec, _ context: Context) throws(ContainerError) -> [UInt8] {
        try json(configuration(for: spec, context))
    }

    /// `process.json` of the runtime's `exec`.
    static func process(_ process: OCIProcess) throws(ContainerError) -> [UInt8] {
        try json(process)
    }

    static func configuration(for spec: ContainerSpec, _ context: Context) -> OCIConfig {
        let mapping = OCIConfig.IDMapping(containerID: 0, hostID: spec.idRange.base, size: spec.idRange.size)
        return OCIConfig(
            process: initProcess(spec, context),
            root: OCIConfig.Root(path: context.root),
            hostname: hostname(spec),
            mounts: mounts(spec, context),
            linux: OCIConfig.Linux(
                namespaces: namespaces(context),
                uidMappings: [mapping],
                gidMappings: [mapping],
                cgroupsPath: context.cgroupsPath,
                resources: resources(spec, context),
                seccomp: .standard,
                sysctl: context.sysctl,
                maskedPaths: maskedPaths,
                readonlyPaths: ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys"]
            )
        )
    }

    /// The kernel takes 64 bytes; the reference takes the last 49, where instance GUIDs differ.
    static func hostname(_ spec: ContainerSpec) -> String {
        String(decoding: (spec.hostname ?? spec.id.rawValue).utf8.suffix(49), as: UTF8.self)
    }

    private static func initProcess(_ spec: ContainerSpec, _ context: Context) -> OCIProcess {
        OCIProcess(
            user: OCIProcess.User(uid: 0, gid: 0),
            args: [initPath, "-P"],
            env: spec.environment.map { "\($0.name)=\($0.value)" },
            cwd: "/",
            capabilities: .forUser(0),
            noNewPrivileges: context.noNewPrivileges,
            oomScoreAdj: 0
        )
    }

    private static func namespaces(_ context: Context) -> [OCIConfig.Namespace] {
        [
            OCIConfig.Namespace(type: "user", path: context.userNamespace),
            OCIConfig.Namespace(type: "network", path: context.networkNamespace),
            OCIConfig.Namespace(type: "mount"),
            OCIConfig.Namespace(type: "pid"),
            OCIConfig.Namespace(type: "ipc"),
            OCIConfig.Namespace(type: "uts"),
        ] + (context.cgroupNamespace ? [OCIConfig.Namespace(type: "cgroup")] : [])
    }

    private static func mounts(_ spec: ContainerSpec, _ context: Context) -> [OCIConfig.Mount] {
        let standard: [(String, String, String, [String])] = [
            ("/sys", "sysfs", "sysfs", ["noexec", "nosuid", "nodev", "ro"]),
            ("/dev", "tmpfs", "tmpfs", ["noexec", "nosuid", "strictatime", "mode=755", "size=65536k"]),
            ("/dev/shm", "tmpfs", "shm", ["noexec", "nosuid", "nodev", "mode=1777"]),
            ("/dev/mqueue", "mqueue", "mqueue", ["noexec", "nosuid", "nodev"]),
            (
                "/dev/pts", "devpts", "devpts",
                ["nosuid", "noexec", "newinstance", "gid=5", "ptmxmode=0666", "mode=0620"]
            ),
            (initPath, "bind", context.initBinary, ["bind", "ro", "nosuid", "nodev"]),
            ("/proc", "proc", "proc", ["nosuid", "noexec", "nodev"]),
            ("/sys/fs/cgroup", "cgroup", "cgroup", ["ro", "nosuid", "noexec", "nodev"]),
            ("/etc/hosts", "bind", context.hostsFile, ["bind", "rw", "nosuid", "nodev", "noexec"]),
            ("/etc/resolv.conf", "bind", context.resolverFile, ["bind", "rw", "nosuid", "nodev", "noexec"]),
        ]
        let binds = spec.mounts.map { mount in
            (mount.destination, "bind", mount.source, ["rbind", mount.readOnly ? "ro" : "rw", "nosuid", "nodev"])
        }
        return (standard + binds).map { OCIConfig.Mount(destination: $0, type: $1, source: $2, options: $3) }
    }

    private static func resources(_ spec: ContainerSpec, _ context: Context) -> OCIConfig.Resources {
        OCIConfig.Resources(
            devices: devices,
            memory: spec.memoryBytes.map {
                OCIConfig.Resources.Memory(limit: $0, swap: context.swapAccounting ? $0 : nil)
            },
            cpu: spec.cpuShares.map { OCIConfig.Resources.CPU(shares: $0) },
            pids: spec.pids.map { OCIConfig.Resources.Pids(limit: $0) }
        )
    }

    /// Nothing but what every program expects: nodes may be made, of which only these work. No FUSE.
    private static let devices: [OCIConfig.Resources.Device] =
        [
            OCIConfig.Resources.Device(allow: false, access: "rwm"),
            OCIConfig.Resources.Device(allow: true, type: "c", access: "m"),
            OCIConfig.Resources.Device(allow: true, type: "b", access: "m"),
        ]
        + [(1, 3), (1, 5), (1, 7), (1, 8), (1, 9), (5, 0), (5, 2), (136, nil), (10, 200)].map {
            (major: Int64, minor: Int64?) in
            OCIConfig.Resources.Device(allow: true, type: "c", major: major, minor: minor, access: "rwm")
        }

    private static let maskedPaths = [
        "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
        "/proc/sched_debug", "/proc/scsi", "/proc/sysrq-trigger", "/proc/timer_list", "/proc/timer_stats",
        "/sys/devices/virtual/powercap", "/sys/firmware", "/sys/fs/bpf", "/sys/kernel/debug", "/sys/kernel/security",
    ]

    private static func json(_ value: some Encodable) throws(ContainerError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        do { return Array(try encoder.encode(value)) } catch { throw .invalid("cannot be written as JSON: \(error)") }
    }
}
