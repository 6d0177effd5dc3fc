import Glibc
import MartletLinux
import MartletLog

extension Containers {
    /// Removes the container and everything of it but the root file system, which its owner removes afterwards.
    ///
    /// An unknown id is fine, and so is calling it twice at once. Cancelling the caller does not stop it half-way.
    /// - Throws: `leftovers` when something could not be removed; the container stays listed, for another try.
    public func destroy(_ id: ContainerID) async throws(ContainerError) {
        let host = try prepared()
        guard let entry = entries[id] else { return }
        if let creation = entry.creation, creation.current == nil {
            await creation.value
            return try await destroy(id)
        }
        let leftovers: [String]
        if let running = entry.destruction {
            leftovers = await running.value
        } else {
            leftovers = await destroyAlone(id, host)
        }
        guard leftovers.isEmpty else { throw .leftovers(id, leftovers) }
    }

    private func destroyAlone(_ id: ContainerID, _ host: PreparedHost) async -> [String] {
        let destruction = Signalled<[String]>()
        entries[id]?.destruction = destruction
        entries[id]?.record.phase = .destroying
        if let record = entries[id]?.record {
            let path = paths(id).record
            // Failing to note it costs nothing: an agent that starts anew sees a dead container instead.
            await Blocking.run { try? JSONFile.write(record, path) }
        }
        let leftovers = await dismantle(id, host)
        forget(id, unless: leftovers)
        destruction.set(leftovers)
        return leftovers
    }

    /// Gives the container's network and ports back once nothing of it remains.
    func forget(_ id: ContainerID, unless leftovers: [String]) {
        guard let record = entries[id]?.record else { return }
        guard leftovers.isEmpty else {
            entries[id]?.destruction = nil
            log(.error, "container not destroyed", ["handle": "\(id)", "leftovers": leftovers.joined(separator: "; ")])
            return
        }
        entries[id] = nil
        subnets.release(record.subnet)
        hostPorts.release(record.ports.map(\.hostPort))
        log(.info, "container destroyed", ["handle": "\(id)"])
    }

    /// Removes every part of a container, known or not. Each step is tried whatever became of the others.
    /// - Returns: what could not be removed.
    func dismantle(_ id: ContainerID, _ host: PreparedHost) async -> [String] {
        let (paths, cgroup) = (paths(id), cgroup(id, host))
        let record = entries[id]?.record
        let identity = record?.initProcess ?? orphanedInit(paths)
        var leftovers: [String] = []
        if await !kill(identity, cgroup) { leftovers.append("processes do not end") }
        // A `run` that was on its way fails soon, because there is nothing to join any more.
        while entries[id]?.starting ?? 0 > 0 {
            await Pause.milliseconds(5)
            _ = await kill(nil, cgroup)
        }
        await endSupervisors(id)
        let firewall = firewall
        leftovers += await Blocking.run {
            (record.map { Self.closeFirewall($0, firewall, host.nftables) } ?? [])
                + Self.failure { () throws(Errno) in try Self.unmount(paths.root) }
                + Self.failure { () throws(Errno) in try NamespacePair.unbind(paths.networkNamespace) }
                + Self.failure { () throws(Errno) in try NamespacePair.unbind(paths.userNamespace) }
        }
        leftovers += await deleteRuntimeState(paths)
        leftovers += await removeCgroup(cgroup)
        if let record { leftovers += await removeLink(record.hostInterface) }
        guard leftovers.isEmpty else { return leftovers }
        return await Blocking.run {
            [paths.bundle, paths.output, paths.record].flatMap { path in
                Self.failure { () throws(Errno) in try FileTree.remove(path) }
            }
        }
    }

    /// The init process of a container whose creation never got as far as a record of it.
    private func orphanedInit(_ paths: ContainerPaths) -> ProcessIdentity? {
        struct State: Decodable {
            var init_process_pid: Int32
            var init_process_start: UInt64
        }
        guard let state = JSONFile.read(State.self, "\(paths.runtimeState)/state.json") else { return nil }
        let current = ProcessIdentity.current(state.init_process_pid)
        return current?.startTime == state.init_process_start ? current : nil
    }

    /// Supervisors end by themselves when their process has; exit codes are theirs to write first.
    private func endSupervisors(_ id: ContainerID) async {
        for process in processes(of: id) {
            if await !process.supervisorEnded(within: .seconds(5)) { process.abandon() }
            _ = await process.wait()
        }
    }

    private static func closeFirewall(_ record: ContainerRecord, _ firewall: Firewall, _ nftables: NFTables) -> [String]
    {
        let member = record.firewallMember
        var left: [String] = []
        for part in firewall.remove(member) {
            do throws(NFTablesError) { try nftables.run(part) } catch {
                // Refused as a whole when one element is missing, as after a failed `create`: state all, then remove.
                do throws(NFTablesError) { try nftables.run(firewall.add(member) + part) } catch {
                    left.append("firewall: \(error)")
                }
            }
        }
        return left
    }

    /// The runtime knows for a moment longer than the kernel that a container runs, hence the repetition.
    private func deleteRuntimeState(_ paths: ContainerPaths) async -> [String] {
        for attempt in 0..<10 where Files.exists(paths.runtimeState) {
            do throws(ContainerError) { try await runtime.delete(paths) } catch {
                log(.debug, "runtime state not deleted", ["handle": "\(paths.id)", "error": "\(error)"])
                await Pause.milliseconds(10 * (attempt + 1))
            }
        }
        // Everything it would do is done here as well, so a runtime that refuses cannot keep a container.
        return await Blocking.run {
            Self.failure { () throws(Errno) in try FileTree.remove(paths.runtimeState) }
        }
    }

    /// A group is busy for some milliseconds after its last process has ended.
    private func removeCgroup(_ cgroup: ContainerCgroup) async -> [String] {
        var failure: [String] = []
        for attempt in 0..<30 {
            failure = await Blocking.run { Self.failure { () throws(Errno) in try cgroup.remove() } }
            if failure.isEmpty { return [] }
            await Pause.milliseconds(min(100, 2 << attempt))
        }
        return failure
    }

    /// The link dies with the namespace; removing it is tens of milliseconds of work, done only if something holds it.
    private func removeLink(_ interface: String) async -> [String] {
        for _ in 0..<40 where ContainerLink.exists(interface) { await Pause.milliseconds(5) }
        guard ContainerLink.exists(interface) else { return [] }
        return await Blocking.run { Self.failure { () throws(Errno) in try ContainerLink.remove(interface) } }
    }

    /// All that is mounted at `path`; nothing, or no such directory, is fine.
    private static func unmount(_ path: String) throws(Errno) {
        while unsafe umount2(path, Int32(MNT_DETACH)) == 0 {}
        guard errno == EINVAL || errno == ENOENT else { throw .last("unmount \(path)") }
    }

    static func failure(_ body: () throws(Errno) -> Void) -> [String] {
        do throws(Errno) {
            try body()
            return []
        } catch {
            return ["\(error)"]
        }
    }
}
