public import MartletLinux

extension Containers {
    /// What the container uses now. Reads kernel files only.
    public func metrics(_ id: ContainerID) async throws(ContainerError) -> ContainerMetrics {
        let host = try prepared()
        guard let entry = entries[id] else { throw .unknownContainer(id) }
        let (cgroup, pid) = (cgroup(id, host), entry.record.initProcess?.pid)
        return await Blocking.run {
            var metrics = cgroup.usage
            let counters = pid.flatMap { try? Files.readText("/proc/\($0)/net/dev") }.flatMap { Self.traffic($0) }
            if let counters { (metrics.rxBytes, metrics.txBytes) = counters }
            return metrics
        }
    }

    /// Received and sent bytes of `eth0` in the text of `/proc/PID/net/dev`.
    static func traffic(_ text: String) -> (Int64, Int64)? {
        for line in text.split(separator: "\n") {
            let fields = line.split { $0 == " " || $0 == ":" }
            guard fields.count >= 10, fields[0] == "eth0" else { continue }
            guard let received = Int64(fields[1]), let sent = Int64(fields[9]) else { return nil }
            return (received, sent)
        }
        return nil
    }

    /// Connects from inside the container's network namespace; the socket does not block.
    public func connectTCP(
        inNamespaceOf id: ContainerID,
        to address: IPv4Address,
        port: UInt16,
        timeout: Duration
    ) async throws(ContainerError) -> Descriptor {
        let path = try namespace(of: id).path
        do throws(Errno) {
            return try await Socket.connectTCP(inNamespaceAt: path, to: address, port: port, timeout: timeout)
        } catch {
            throw .system(error)
        }
    }

    /// One attempt against the container's own address, counted from now to the last byte of the answer.
    public nonisolated func probe(
        _ probe: HealthProbe,
        in id: ContainerID,
        timeout: Duration
    ) async throws(HealthProbeFailure) {
        guard let namespace = try? await namespace(of: id) else { throw .noInterface }
        try await HealthAttempt(
            probe: probe,
            namespace: namespace.path,
            address: namespace.address,
            timeout: timeout
        ).run()
    }

    private func namespace(of id: ContainerID) throws(ContainerError) -> (path: String, address: IPv4Address) {
        guard let entry = entries[id] else { throw .unknownContainer(id) }
        guard entry.record.phase == .created else { throw .notRunning(id) }
        return (paths(id).networkNamespace, entry.record.address)
    }
}
