import Glibc
import MartletBBSAPI
import MartletCell
import MartletCLI
import MartletContainers
import MartletHTTP
import MartletImages
import MartletLinux
import MartletLog
import MartletModels
import MartletRegistry

/// A cell, put together from its settings.
struct CellParts {
    private let settings: Settings
    private let logs: Logs
    private let cellID: CellID
    private let data: String

    init(_ settings: Settings, _ logs: Logs) throws(StartFailure) {
        self.settings = settings
        self.logs = logs
        cellID = CellID(settings.required("cell-id"))
        data = "\(settings.required("data"))/cell"
        guard cellID.matchesGUIDPattern, cellID.rawValue.utf8.count <= 24 else {
            throw StartFailure(text: "cell-id: \"\(cellID)\" is not 1 to 24 letters, digits, - and _")
        }
        guard geteuid() == 0 else { throw StartFailure(text: "a cell needs root for namespaces and cgroups; use sudo") }
        do throws(Errno) { try Files.makeDirectories(data, mode: 0o700) } catch {
            throw StartFailure(text: "cannot use the data directory: \(error)")
        }
    }

    /// The running cell and the listener of its API.
    func role(clock: ForwardClock) async throws(StartFailure) -> (CellRole, HTTPServer) {
        let configuration = try containersConfiguration()
        let rootFS = try await imageRootFS()
        let runtime = ContainersRuntime(Containers(configuration, log: logs.log), configuration, log: logs.log)
        let ports = ExecutorPorts(
            runtime: runtime,
            rootFS: rootFS,
            appLog: JournalAppLog(logs.sink),
            clock: CellClock(clock)
        )
        let bbs = BBSClient(
            transport: HTTPClient(),
            configuration: .init(baseURL: bbsURL)
        ) { duration in try? await Task.sleep(for: duration, clock: .continuous) }
        let role: CellRole
        let cell = try cellConfiguration()
        do throws(ExecutorError) {
            role = try CellRole(
                cell,
                bbs: bbs,
                ports: ports,
                path: "\(data)/cell.sqlite",
                log: logs.log
            )
        } catch { throw StartFailure(text: "cannot open \(data)/cell.sqlite: \(error)") }
        return (role, try .listening(on: "rep-address", of: settings, routes: role.routes))
    }

    /// Removes every container and root file system of a cell whose agent does not run, and forgets them.
    func wipe() async throws(StartFailure) {
        let configuration = try containersConfiguration()
        let containers = Containers(configuration, log: logs.log)
        do throws(ContainerError) {
            try await containers.prepare()
            _ = try await containers.adopt()
            for what in try await containers.destroyUnknown(keep: []) { logs.log(.notice, "removed", ["what": what]) }
            try await containers.dismantleHost()
        } catch { throw StartFailure(text: "cannot remove the containers: \(error)") }
        do throws(ImageError) {
            let layers = try await LayerStore.open(at: "\(data)/images", log: logs.log)
            let store = try await RootFSStore.open(beside: layers, log: logs.log)
            for id in try await store.destroyUnknown(keeping: []) {
                logs.log(.notice, "root file system removed", ["instance_guid": id])
            }
        } catch { throw StartFailure(text: "cannot remove the root file systems: \(error)") }
        for suffix in ["", "-wal", "-shm"] { unsafe unlink("\(data)/cell.sqlite\(suffix)") }
    }

    /// The server of the same process, unless told otherwise.
    private var bbsURL: String {
        settings.text("bbs-url") ?? "http://\(settings.text("bbs-address") ?? "127.0.0.1:8889")"
    }

    private func imageRootFS() async throws(StartFailure) -> ImageRootFS {
        var preloaded: [String: String] = [:]
        for entry in settings.list("preloaded") {
            let parts = entry.split(separator: ":", maxSplits: 1).map(String.init)
            guard parts.count == 2, parts[1].hasPrefix("/") else {
                throw StartFailure(text: "preloaded: \"\(entry)\" is not NAME:/PATH")
            }
            preloaded[parts[0]] = parts[1]
        }
        let registry = try RegistryClient.make(settings)
        do throws(ImageError) {
            let layers = try await LayerStore.open(at: "\(data)/images", log: logs.log)
            let store = try await RootFSStore.open(beside: layers, log: logs.log)
            let puller = ImagePuller(store: layers, source: registry, preloaded: preloaded, log: logs.log)
            let cacheMB = settings.number("image-cache-mb") ?? 0
            let cacheBytes = Int64(cacheMB).multipliedReportingOverflow(by: 1_048_576)
            return ImageRootFS(
                puller: puller,
                store: store,
                layers: layers,
                cacheBytes: cacheBytes.overflow ? .max : cacheBytes.partialValue,
                log: logs.log
            )
        } catch { throw StartFailure(text: "cannot use \(data)/images: \(error)") }
    }

    private func containersConfiguration() throws(StartFailure) -> ContainersConfiguration {
        guard let pool = IPv4Network(settings.required("network-pool")) else {
            throw StartFailure(text: "network-pool: write a block such as 10.254.0.0/16")
        }
        guard let address = IPv4Address(settings.required("external-address")) else {
            throw StartFailure(text: "external-address: write an IPv4 address of this machine")
        }
        let ports = settings.required("host-ports").split(separator: "-").compactMap { UInt16($0) }
        guard ports.count == 2, ports[0] > 0, ports[0] <= ports[1] else {
            throw StartFailure(text: "host-ports: write FIRST-LAST, for example 61001-65534")
        }
        var configuration = ContainersConfiguration(
            name: cellID.rawValue,
            stateDirectory: "\(data)/containers",
            runDirectory: "\(settings.required("run"))/containers",
            networkPool: pool,
            externalAddress: address
        )
        configuration.hostPorts = ports[0]...ports[1]
        return configuration
    }

    private func cellConfiguration() throws(StartFailure) -> CellConfiguration {
        let capacity = CellCapacity(
            memoryMB: settings.number("memory-mb") ?? Machine.memoryMB,
            diskMB: settings.number("disk-mb") ?? Machine.diskMB(of: data),
            containers: settings.number("containers") ?? 250
        )
        guard capacity.memoryMB > 0, capacity.diskMB > 0, capacity.containers > 0 else {
            throw StartFailure(text: "memory-mb, disk-mb and containers: a cell needs more than 0 of each")
        }
        var executor = ExecutorConfiguration(cellID: cellID, total: capacity)
        executor.grace = settings.duration("stop-grace") ?? executor.grace
        let slots = settings.required("id-slots").split(separator: "-").compactMap { Int($0) }
        guard slots.count == 2, slots[0] >= IDSlots.all.lowerBound, slots[0] <= slots[1],
            slots[1] <= IDSlots.all.upperBound
        else { throw StartFailure(text: "id-slots: write FIRST-LAST within 16-65000") }
        executor.idSlots = slots[0]...slots[1]
        let names = settings.list("preloaded").compactMap { $0.split(separator: ":").first.map(String.init) }
        var providers = [RootFSProvider(name: "docker")]
        if !names.isEmpty { providers.append(RootFSProvider(name: "preloaded", properties: names)) }
        var configuration = CellConfiguration(
            executor: executor,
            repAddress: "http://\(settings.required("rep-address"))",
            rootFSProviders: providers
        )
        configuration.zone = settings.required("zone")
        let ttl = settings.duration("presence-ttl") ?? configuration.presenceTTL
        configuration.presenceTTL = ttl
        configuration.presenceInterval = ttl / 3
        return configuration
    }
}
