import Glibc
import MartletLinux
import MartletLog
import MartletModels

extension Containers {
    /// Makes a sandbox: namespaces, network, ports, limits and the init process.
    ///
    /// A failure leaves nothing behind. Ends by itself within two minutes; cancelling the caller does not stop it half-way.
    public func create(_ spec: ContainerSpec) async throws(ContainerError) -> Container {
        let host = try prepared()
        try validate(spec)
        guard entries[spec.id] == nil else { throw .alreadyExists(spec.id) }
        let record = try reserve(spec, host)
        let creation = Signalled<Void>()
        entries[spec.id] = Entry(record: record, environment: spec.environment, creation: creation)
        defer { creation.set(()) }
        do throws(ContainerError) {
            return try await build(spec, record, host)
        } catch {
            let leftovers = await dismantle(spec.id, host)
            log(.error, "container not created", ["handle": "\(spec.id)", "error": "\(error)"])
            forget(spec.id, unless: leftovers)
            throw error
        }
    }

    private func validate(_ spec: ContainerSpec) throws(ContainerError) {
        guard Files.exists(spec.rootFS) else { throw .invalid("no root file system at \(spec.rootFS)") }
        guard Set(spec.ports).count == spec.ports.count, !spec.ports.contains(0) else {
            throw .invalid("container ports are different and not 0: \(spec.ports)")
        }
        for variable in spec.environment {
            guard !variable.name.isEmpty, !variable.name.contains("="), !variable.name.contains("\0"),
                !variable.value.contains("\0")
            else { throw .invalid("not an environment variable: \(variable.name)") }
        }
        for mount in spec.mounts where !Files.exists(mount.source) {
            throw .invalid("nothing to mount at \(mount.source)")
        }
    }

    /// Takes a network and ports, without waiting for anything.
    private func reserve(_ spec: ContainerSpec, _ host: PreparedHost) throws(ContainerError) -> ContainerRecord {
        guard let subnet = subnets.take() else { throw .noSubnetsLeft }
        guard let ports = hostPorts.take(spec.ports.count) else {
            subnets.release(subnet)
            throw .noHostPortsLeft
        }
        let now = SystemClock().now
        let network = configuration.networkPool.subnet(subnet, prefix: 30)
        let mapped = zip(spec.ports, ports).map { MappedPort(containerPort: $0, hostPort: $1) }
        return ContainerRecord(
            id: spec.id,
            phase: .creating,
            bootID: host.bootID,
            subnet: subnet,
            hostInterface: interfaceName(subnet, now),
            address: network.base + 2,
            hostAddress: network.base + 1,
            ports: mapped,
            egress: spec.egress,
            idBase: spec.idRange.base,
            idSize: spec.idRange.size,
            createdAtNanoseconds: now.nanoseconds
        )
    }

    /// Never the name of an earlier interface, which the kernel may still be removing: at most 15 bytes, of which the
    /// prefix has 5.
    private func interfaceName(_ subnet: Int, _ now: Timestamp) -> String {
        let digits = Array("abcdefghijklmnopqrstuvwxyz234567")
        let time = UInt64(bitPattern: now.nanoseconds) >> 10
        let number = UInt64(subnet) | (time << 20)
        return configuration.interfacePrefix + String((0..<10).map { digits[Int((number >> (UInt64($0) * 5)) & 31)] })
    }

    private func build(
        _ spec: ContainerSpec,
        _ record: ContainerRecord,
        _ host: PreparedHost
    ) async throws(ContainerError) -> Container {
        let plan = Sandbox(spec: spec, record: record, host: host, configuration: configuration, firewall: firewall)
        try await Blocking.run { () throws(ContainerError) in try plan.make() }
        try await runtime.run(plan.paths)
        guard let pid = ProcessRecord.number(plan.paths.initPID), pid > 0 else {
            throw .runtime("container init PID was 0")
        }
        guard let identity = ProcessIdentity.current(pid), identity.isAlive else { throw .notRunning(spec.id) }
        var created = record
        (created.phase, created.initProcess) = (.created, identity)
        let (final, path) = (created, plan.paths.record)
        try await Blocking.run { () throws(ContainerError) in
            try system { () throws(Errno) in try JSONFile.write(final, path) }
        }
        entries[spec.id]?.record = created
        log(.info, "container created", ["handle": "\(spec.id)", "address": "\(record.address)"])
        return created.container
    }
}
