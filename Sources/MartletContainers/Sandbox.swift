import Glibc
import MartletLinux

/// Everything a container needs before its runtime is called: record, namespaces, link, firewall, bundle.
struct Sandbox: Sendable {
    let spec: ContainerSpec
    let record: ContainerRecord
    let host: PreparedHost
    let configuration: ContainersConfiguration
    let firewall: Firewall

    var paths: ContainerPaths { ContainerPaths(spec.id, configuration) }

    /// Blocks for a few milliseconds. What a failure leaves behind is found by the record, which is written first.
    func make() throws(ContainerError) {
        try system { () throws(Errno) in
            try JSONFile.write(record, paths.record)
            try makeNetwork()
            try writeBundle()
        }
        try Containers.apply(firewall.add(record.firewallMember), host.nftables)
        try writeConfiguration()
    }

    private func makeNetwork() throws(Errno) {
        let pair = try NamespacePair(idRange: spec.idRange)
        try NamespacePair.bind(pair.user, to: paths.userNamespace)
        try NamespacePair.bind(pair.network, to: paths.networkNamespace)
        let link = ContainerLink(
            hostInterface: record.hostInterface,
            network: configuration.networkPool.subnet(record.subnet, prefix: 30),
            mtu: host.mtu
        )
        try link.create(in: pair.network)
        // Lets 127.0.0.1:PORT of the host be sent to the container; the firewall closes the way back.
        let setting = "/proc/sys/net/ipv4/conf/\(record.hostInterface)/route_localnet"
        try Files.overwrite(setting, with: "1")
    }

    private func writeBundle() throws(Errno) {
        try makeBundleDirectory()
        let resolver = NameFiles.resolver(
            host: host.resolver,
            configured: configuration.nameServers,
            gateway: record.hostAddress
        )
        let hosts = NameFiles.hosts(address: record.address, hostname: OCIBundle.hostname(spec))
        for (path, text) in [(paths.hosts, hosts), (paths.resolver, resolver)] {
            let file = try Descriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
            try file.writeAll(text.utf8)
            try retrying("chown \(path)") { fchown(file.rawValue, spec.idRange.base, spec.idRange.base) }
            // The agent's own umask is not for the container.
            try retrying("chmod \(path)") { fchmod(file.rawValue, 0o644) }
        }
        try JSONFile.write(spec.environment, paths.environment)
    }

    /// The container's root, and nobody else on the host, passes through the bundle: it makes the bind mounts below.
    private func makeBundleDirectory() throws(Errno) {
        for directory in [paths.bundle, paths.processes, paths.output, paths.root] {
            try Files.makeDirectories(directory, mode: 0o700)
        }
        try retrying("chown \(paths.bundle)") { unsafe chown(paths.bundle, 0, spec.idRange.base) }
        try retrying("chmod \(paths.bundle)") { unsafe chmod(paths.bundle, 0o710) }
        try retrying("bind \(spec.rootFS)") { unsafe mount(spec.rootFS, paths.root, nil, UInt(MS_BIND), nil) }
    }

    private func writeConfiguration() throws(ContainerError) {
        let context = OCIBundle.Context(
            root: paths.root,
            initBinary: configuration.initBinary,
            userNamespace: paths.userNamespace,
            networkNamespace: paths.networkNamespace,
            hostsFile: paths.hosts,
            resolverFile: paths.resolver,
            cgroupsPath: "\(configuration.cgroupParent)/\(spec.id)",
            sysctl: host.sysctl,
            swapAccounting: host.swapAccounting,
            cgroupNamespace: host.cgroups.mode == .unified,
            noNewPrivileges: configuration.noNewPrivileges
        )
        let bytes = try OCIBundle.config(for: spec, context)
        try system { () throws(Errno) in
            try Descriptor.open(paths.config, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600).writeAll(bytes)
        }
    }
}
