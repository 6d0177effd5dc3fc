import Glibc
import MartletContainers
import MartletLinux
import MartletTestSupport

/// What the kernel and the file system know of the containers of a `RealMartlet`, read without asking it.
struct CellMachine: Sendable {
    private let configuration: ContainersConfiguration
    private let dataDirectory: String
    private let runDirectory: String

    init(_ martlet: RealMartlet) {
        (dataDirectory, runDirectory) = (martlet.dataDirectory, martlet.runDirectory)
        configuration = ContainersConfiguration(
            name: martlet.cellID,
            stateDirectory: "\(dataDirectory)/cell/containers",
            runDirectory: "\(runDirectory)/containers"
        )
    }

    /// One line for each thing that exists, apart from what a cell without containers has; sorted.
    func remains() async throws -> [String] {
        let parts = try [cgroups(), interfaces, mounts(), files, firewall(), supervisors()]
        return parts.flatMap(\.self).sorted()
    }

    /// The pids on the host of what runs in a container beside its init; sorted.
    func processes(of instance: String) throws -> [Int32] {
        let layout = try CgroupLayout.current()
        let texts = layout.directories(of: "\(configuration.cgroupParent)/\(instance)")
            .compactMap { try? Files.readText("\($0)/cgroup.procs") }
        let pids = Set(texts.flatMap { $0.split(separator: "\n").compactMap { Int32($0) } })
        return pids.filter { !Self.isInit($0) }.sorted()
    }

    /// The names of the containers of which anything exists: a cgroup, a mount, a file.
    func containerNames() async throws -> Set<String> {
        Set(try await remains().flatMap { $0.matches(of: /[0-9a-f]{8}-[0-9a-f-]{19}/).map { String($0.output) } })
    }

    /// Whether the process is number 1 in its innermost namespace.
    private static func isInit(_ pid: Int32) -> Bool {
        let status = (try? Files.readText("/proc/\(pid)/status")) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("NSpid:") }
        return line?.split(separator: "\t").last == "1"
    }

    private func cgroups() throws -> [String] {
        try CgroupLayout.current().directories(of: configuration.cgroupParent).flatMap { directory in
            list(directory).filter { Files.exists("\(directory)/\($0)/cgroup.procs") }
                .map { "cgroup \(directory)/\($0)" }
        }
    }

    private var interfaces: [String] {
        Interfaces.names(prefix: configuration.interfacePrefix).map { "interface \($0)" }
    }

    private func mounts() throws -> [String] {
        try MountInfo.current().map(\.mountPoint)
            .filter { $0.hasPrefix("\(dataDirectory)/") || $0.hasPrefix("\(runDirectory)/") }.map { "mount \($0)" }
    }

    private var files: [String] {
        let state = ["containers", "output"].map { "\(configuration.stateDirectory)/\($0)" }
        let run = ["runtime", "namespaces", "bundles"].map { "\(configuration.runDirectory)/\($0)" }
        return (state + run).flatMap { directory in list(directory).map { "file \(directory)/\($0)" } }
    }

    /// Elements of maps, which nftables prints in any order, and chains of single containers.
    private func firewall() throws -> [String] {
        let text = try NFTables().run("list table ip \(configuration.firewallTable)\n")
        let words = text.split(whereSeparator: \.isNewline).flatMap { $0.split(separator: ",") }
        let found = words.filter {
            ($0.contains(" . ") && !$0.contains("type ") && !$0.contains("@")) || $0.contains("chain egress_")
        }
        return found.map { "firewall " + $0.filter { !"{} \t".contains($0) }.replacing("elements=", with: "") }
    }

    /// One supervises each process of each container.
    private func supervisors() throws -> [String] {
        list("/proc").compactMap { pid in
            guard Int32(pid) != nil, (try? Files.readText("/proc/\(pid)/comm")) == "conmon\n",
                let words = try? Files.readText("/proc/\(pid)/cmdline").split(separator: "\0"),
                words.contains(where: { $0.hasPrefix("\(runDirectory)/") })
            else { return nil }
            return "supervisor \(pid)"
        }
    }

    private func list(_ directory: String) -> [String] { (try? Files.list(directory)) ?? [] }
}
