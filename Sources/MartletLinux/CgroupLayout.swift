/// How this machine arranges its control groups (cgroups(7)).
public struct CgroupLayout: Hashable, Sendable {
    public enum Mode: String, Hashable, Sendable {
        /// Controllers in hierarchies of version 1, and no version 2 tree.
        case v1
        /// Controllers in version 1, and a version 2 tree beside them.
        case hybrid
        /// One version 2 tree with all controllers.
        case unified
    }

    /// One mounted hierarchy of version 1.
    public struct Hierarchy: Hashable, Sendable {
        /// `["cpu", "cpuacct"]`, or `["name=systemd"]`.
        public var controllers: [String]
        public var mountPoint: String
    }

    /// In the order of mounting; each hierarchy once.
    public var hierarchies: [Hierarchy]
    /// Where the version 2 tree is mounted.
    public var unified: String?
    /// The group of the process that was looked at, by controller; the version 2 tree's is under `""`.
    public var ownGroups: [String: String]

    public init(hierarchies: [Hierarchy], unified: String?, ownGroups: [String: String] = [:]) {
        (self.hierarchies, self.unified, self.ownGroups) = (hierarchies, unified, ownGroups)
    }

    public var mode: Mode {
        guard unified != nil else { return .v1 }
        return hierarchies.contains { !$0.isNamed } ? .hybrid : .unified
    }

    /// The directory whose files control `controller` for `group`, an absolute path in the hierarchy.
    /// - Returns: nil when no hierarchy has the controller.
    public func directory(of group: String, controller: String) -> String? {
        if let hierarchy = hierarchies.first(where: { $0.controllers.contains(controller) }) {
            return hierarchy.mountPoint + group
        }
        return mode == .unified ? unified.map { $0 + group } : nil
    }

    /// The group's directory in every hierarchy, whether or not it exists.
    public func directories(of group: String) -> [String] {
        hierarchies.map { $0.mountPoint + group } + (unified.map { [$0 + group] } ?? [])
    }

    /// The layout that this process sees.
    public static func current() throws(Errno) -> CgroupLayout {
        CgroupLayout(
            mountInfo: try Files.readText("/proc/self/mountinfo"),
            cgroup: try Files.readText("/proc/self/cgroup")
        )
    }

    /// - Parameters:
    ///   - mountInfo: the text of `/proc/PID/mountinfo`; lines that are no cgroup mounts do not matter.
    ///   - cgroup: the text of `/proc/PID/cgroup`.
    public init(mountInfo: String, cgroup: String) {
        var hierarchies: [Hierarchy] = []
        var unified: String?
        let groups = cgroup.split(separator: "\n").map {
            $0.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        }
        .filter { $0.count == 3 }
        let known = groups.map { $0[1].split(separator: ",").map { String($0) } }
        for mount in mountInfo.split(separator: "\n").compactMap({ MountInfo($0) }) {
            switch mount.type {
            case "cgroup2" where unified == nil: unified = mount.mountPoint
            case "cgroup":
                let options = Set(mount.superOptions)
                guard let controllers = known.first(where: { !$0.isEmpty && options.isSuperset(of: $0) }),
                    !hierarchies.contains(where: { $0.controllers == controllers })
                else { continue }
                hierarchies.append(Hierarchy(controllers: controllers, mountPoint: mount.mountPoint))
            default: continue
            }
        }
        var own: [String: String] = [:]
        for group in groups {
            for controller in group[1].split(separator: ",", omittingEmptySubsequences: false) {
                own[String(controller)] = String(group[2])
            }
        }
        self.init(hierarchies: hierarchies, unified: unified, ownGroups: own)
    }
}

extension CgroupLayout.Hierarchy {
    public init(_ controllers: [String], at mountPoint: String) {
        (self.controllers, self.mountPoint) = (controllers, mountPoint)
    }

    /// Kept for grouping only, as systemd does; it controls nothing.
    var isNamed: Bool { controllers.allSatisfy { $0.hasPrefix("name=") } }
}
