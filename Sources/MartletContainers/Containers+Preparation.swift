import Glibc
import MartletLinux
import MartletLog

extension Firewall {
    init(_ configuration: ContainersConfiguration) {
        self.init(
            table: configuration.firewallTable,
            interfacePrefix: configuration.interfacePrefix,
            pool: configuration.networkPool,
            externalAddress: configuration.externalAddress,
            deniedNetworks: configuration.deniedNetworks,
            hostPorts: configuration.allowedHostPorts
        )
    }
}

extension Containers {
    /// Makes directories, firewall tables and kernel settings ready. Safe to repeat; living containers do not notice.
    /// - Throws: `hostNotReady` with what is missing.
    public func prepare() async throws(ContainerError) {
        let configuration = configuration
        guard configuration.interfacePrefix.utf8.count <= 5, configuration.cgroupParent.hasPrefix("/") else {
            throw .invalid("interface prefixes have at most 5 bytes, and a cgroup parent begins with a slash")
        }
        let firewall = firewall
        let host = try await Blocking.run { () throws(ContainerError) in
            let host = try PreparedHost(configuration)
            var rules = firewall
            if NameFiles.usesGateway(host: host.resolver, configured: configuration.nameServers) {
                rules.hostPorts.append(53)
            }
            try Self.apply(rules.setUp, host.nftables)
            return host
        }
        self.host = host
        log(
            .info,
            "containers prepared",
            [
                "cgroups": host.cgroups.mode.rawValue, "swap_accounting": "\(host.swapAccounting)",
                "network_pool": "\(configuration.networkPool)", "mtu": "\(host.mtu)",
                "apparmor": "\(Files.exists("/sys/kernel/security/apparmor"))",
            ]
        )
    }

    /// Removes what `prepare` made, for a cell that is given up. Containers must have been destroyed.
    public func dismantleHost() async throws(ContainerError) {
        let host = try prepared()
        let (configuration, firewall) = (configuration, firewall)
        try await Blocking.run { () throws(ContainerError) in
            try Self.apply(firewall.tearDown, host.nftables)
            let parent = ContainerCgroup(layout: host.cgroups, group: configuration.cgroupParent)
            try system { () throws(Errno) in try parent.remove() }
            try system { () throws(Errno) in try FileTree.remove(configuration.runDirectory) }
        }
        self.host = nil
    }

    static func apply(_ commands: String, _ nftables: NFTables) throws(ContainerError) {
        do throws(NFTablesError) { try nftables.run(commands) } catch { throw .firewall("\(error)") }
    }
}

extension PreparedHost {
    init(_ configuration: ContainersConfiguration) throws(ContainerError) {
        for program in [configuration.runc, configuration.conmon, configuration.initBinary] {
            guard unsafe access(program, X_OK) == 0 else { throw .hostNotReady("\(program) is not an executable") }
        }
        if configuration.journal && !Files.exists("/run/systemd/journal/socket") {
            throw .hostNotReady("output is to go to journald, which does not listen on /run/systemd/journal/socket")
        }
        (cgroups, swapAccounting) = try Self.cgroups()
        try Self.makeDirectories(configuration)
        try Self.enableForwarding()
        mtu = Interfaces.mtu(towards: configuration.externalAddress)
        sysctl = Self.sysctl(configuration.sysctls)
        bootID = try system { () throws(Errno) in try ProcessIdentity.bootID() }
        resolver = (try? Files.readText("/etc/resolv.conf")) ?? ""
        nftables = try system { () throws(Errno) in try NFTables() }
    }

    private static func cgroups() throws(ContainerError) -> (CgroupLayout, swapAccounting: Bool) {
        let layout = try system { () throws(Errno) in try CgroupLayout.current() }
        guard let memory = layout.directory(of: "", controller: "memory") else {
            throw .hostNotReady("no cgroup hierarchy with the memory controller is mounted")
        }
        return (layout, layout.mode == .unified || Files.exists("\(memory)/memory.memsw.limit_in_bytes"))
    }

    private static func makeDirectories(_ configuration: ContainersConfiguration) throws(ContainerError) {
        let state = configuration.stateDirectory
        let run = configuration.runDirectory
        for directory in [
            state, "\(state)/containers", "\(state)/output", run, "\(run)/runtime", "\(run)/namespaces",
            "\(run)/bundles",
        ] {
            try system { () throws(Errno) in
                // Containers' roots, and parents that are made here, must let pass but not look.
                try Files.makeDirectories(directory, mode: 0o711)
                try retrying("chmod \(directory)") { unsafe chmod(directory, 0o711) }
            }
        }
    }

    /// Mapped ports need routing between interfaces, which most distributions leave off.
    private static func enableForwarding() throws(ContainerError) {
        let path = "/proc/sys/net/ipv4/ip_forward"
        if (try? Files.readText(path))?.hasPrefix("1") == true { return }
        do throws(Errno) { try Files.overwrite(path, with: "1") } catch {
            throw .hostNotReady("mapped ports need net.ipv4.ip_forward = 1, which could not be set: \(error)")
        }
    }

    /// The host's values where nothing is configured, because a new network namespace starts with the kernel's.
    private static func sysctl(_ configured: [String: String]) -> [String: String] {
        var values: [String: String] = [:]
        for name in ["keepalive_time", "keepalive_intvl", "keepalive_probes", "retries1", "retries2"] {
            let key = "net.ipv4.tcp_\(name)"
            let host = try? Files.readText("/proc/sys/net/ipv4/tcp_\(name)")
            values[key] = configured[key] ?? host.map { String($0.prefix { !$0.isWhitespace }) }
        }
        return values
    }
}
