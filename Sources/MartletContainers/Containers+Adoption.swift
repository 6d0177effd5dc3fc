import FoundationEssentials
import MartletLinux
import MartletLog
import MartletModels

extension Containers {
    /// Takes over what an earlier agent left, by the records. Call once, before the first `create`.
    ///
    /// Containers that are not living stay known, with their exit records, until they are destroyed.
    public func adopt() async throws(ContainerError) -> [AdoptedContainer] {
        let host = try prepared()
        let configuration = configuration
        let records = await Blocking.run { Self.records(configuration) }
        await settleStarts(of: records, host)
        for record in records where entries[record.id] == nil { adopt(record, host) }
        try await resetFirewall(host)
        let adopted = records.compactMap { record in
            entries[record.id].map { entry in
                AdoptedContainer(
                    container: entry.record.container,
                    death: entry.death,
                    processes: processes(of: record.id)
                )
            }
        }
        for container in adopted {
            let state = container.death.map { "\($0)" } ?? "living"
            log(.info, "container adopted", ["handle": "\(container.container.id)", "state": state])
        }
        return adopted
    }

    private func adopt(_ record: ContainerRecord, _ host: PreparedHost) {
        let (paths, cgroup) = (paths(record.id), cgroup(record.id, host))
        var entry = Entry(record: record)
        entry.environment = JSONFile.read([ContainerSpec.Variable].self, paths.environment) ?? []
        entry.death = death(record, host)
        for name in (try? Files.list(paths.processes)) ?? [] {
            guard let process = ProcessRecord.recover(name, paths.process(name)) else { continue }
            entry.processes[name] = RunningProcess(process, paths: paths.process(name), cgroup: cgroup)
        }
        subnets.reserve(record.subnet)
        hostPorts.reserve(record.ports.map(\.hostPort))
        entries[record.id] = entry
    }

    func death(_ record: ContainerRecord, _ host: PreparedHost) -> AdoptedContainer.Death? {
        if record.bootID != host.bootID { return .machineRestarted }
        switch record.phase {
        case .creating: return .gone
        case .destroying: return .destroying
        case .created: return record.initProcess?.isAlive == true ? nil : .gone
        }
    }

    /// Sorted by id. A file that is not a record is left for `destroyUnknown`.
    private static func records(_ configuration: ContainersConfiguration) -> [ContainerRecord] {
        let directory = "\(configuration.stateDirectory)/containers"
        return ((try? Files.list(directory)) ?? []).compactMap { name in
            // What an agent was writing when it died.
            if name.hasSuffix(".new") { try? Files.removeFile("\(directory)/\(name)") }
            return JSONFile.read(ContainerRecord.self, "\(directory)/\(name)")
        }
    }

    /// States the elements of all known containers anew, in one transaction.
    func resetFirewall(_ host: PreparedHost) async throws(ContainerError) {
        let members = entries.values.filter { $0.death == nil }.map(\.record.firewallMember)
        let commands = firewall.reset(to: members)
        try await Blocking.run { () throws(ContainerError) in try Self.apply(commands, host.nftables) }
    }

    /// Removes every container, cgroup, interface, namespace file and runtime state of this cell that is not in `keep`.
    /// Containers that this agent is creating are kept in any case.
    /// - Returns: what was removed, or could not be, in words for the log.
    public func destroyUnknown(keep: Set<ContainerID>) async throws(ContainerError) -> [String] {
        let host = try prepared()
        let configuration = configuration
        let creating = Set(entries.filter { $1.creation != nil && $1.record.phase == .creating }.keys)
        let known = keep.intersection(entries.keys).union(creating)
        let found = await Blocking.run { Leftovers.find(configuration, host) }
        var report: [String] = []
        for id in found.union(entries.keys).subtracting(known).sorted() {
            report.append(await destroyUnknown(id, host))
        }
        let interfaces = Set(entries.values.map(\.record.hostInterface))
        for name in Interfaces.names(prefix: configuration.interfacePrefix) where !interfaces.contains(name) {
            let failure = await Blocking.run { Self.failure { () throws(Errno) in try ContainerLink.remove(name) } }
            report.append("interface \(name)" + failure.map { ": \($0)" }.joined())
        }
        try await resetFirewall(host)
        report += try await removeUnknownChains(host)
        for line in report { log(.warning, "unknown part of a container removed", ["part": line]) }
        return report
    }

    private func destroyUnknown(_ id: ContainerID, _ host: PreparedHost) async -> String {
        if entries[id] != nil {
            do throws(ContainerError) { try await destroy(id) } catch { return "container \(id): \(error)" }
            return "container \(id)"
        }
        let leftovers = await dismantle(id, host)
        return "unknown container \(id)" + leftovers.map { ": \($0)" }.joined()
    }

    /// Chains of containers that are gone: nothing refers to them any more.
    private func removeUnknownChains(_ host: PreparedHost) async throws(ContainerError) -> [String] {
        let (firewall, members) = (firewall, entries.values.map(\.record.firewallMember))
        let known = Set(members.map { firewall.chainName($0) })
        return try await Blocking.run { () throws(ContainerError) in
            let listing: String
            do throws(NFTablesError) { listing = try host.nftables.run("list table ip \(firewall.table)\n") } catch {
                throw .firewall("\(error)")
            }
            let names = listing.split(separator: "\n").compactMap { line -> String? in
                let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
                guard words.count >= 2, words[0] == "chain", words[1].hasPrefix("egress_") else { return nil }
                return String(words[1])
            }
            let unknown = names.filter { !known.contains($0) }
            for name in unknown { try Self.apply("delete chain ip \(firewall.table) \(name)\n", host.nftables) }
            return unknown.map { "chain \($0)" }
        }
    }
}

/// Traces of containers, wherever they may be.
enum Leftovers {
    static func find(_ configuration: ContainersConfiguration, _ host: PreparedHost) -> Set<ContainerID> {
        let (state, run) = (configuration.stateDirectory, configuration.runDirectory)
        var names: [String] = []
        for directory in ["\(run)/runtime", "\(run)/bundles", "\(state)/output"] { names += list(directory) }
        names += list("\(state)/containers").compactMap { stem($0, ".json") }
        names += list("\(run)/namespaces").compactMap { stem($0, ".user") ?? stem($0, ".network") }
        for directory in host.cgroups.directories(of: configuration.cgroupParent) {
            names += list(directory).filter { Files.exists("\(directory)/\($0)/cgroup.procs") }
        }
        return Set(names.compactMap { ContainerID($0) })
    }

    private static func list(_ directory: String) -> [String] { (try? Files.list(directory)) ?? [] }

    private static func stem(_ name: String, _ suffix: String) -> String? {
        name.hasSuffix(suffix) ? String(name.dropLast(suffix.count)) : nil
    }
}
