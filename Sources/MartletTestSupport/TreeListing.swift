import Glibc
public import MartletLinux

/// A tree as values: a line for each path.
public struct TreeListing: Sendable {
    /// `d 755 0:0`, `f 644 0:0 content`, `l target`, `p 644 0:0`, `whiteout`; `opaque` after a directory that is so, and
    /// `{name=value}` for each other extended attribute.
    public private(set) var files: [String: String] = [:]
    /// Files with several names, each group and all groups sorted.
    public var hardLinks: [[String]] {
        names.values.filter { $0.count > 1 }.map { $0.sorted() }.sorted { $0[0] < $1[0] }
    }
    private var names: [FileStatus.Identity: [String]] = [:]
    private let base: UInt32
    private let withTimes: Bool

    /// - Parameter base: subtracted from every owner; what a container sees as 0.
    /// - Parameter withTimes: adds when each file, but not each directory, was last changed.
    public init(_ root: borrowing Descriptor, base: UInt32 = 0, withTimes: Bool = false) throws {
        (self.base, self.withTimes) = (base, withTimes)
        try add(root, "")
    }

    private mutating func add(_ directory: borrowing Descriptor, _ prefix: String) throws {
        for name in try directory.names() {
            let path = prefix + name.text
            guard let status = try directory.status(of: name) else { continue }
            let owner =
                "\(String(status.mode, radix: 8)) \(status.userID &- base):\(status.groupID &- base)\(time(status))"
            if status.kind != .directory { names[status.identity, default: []].append(path) }
            switch status.kind {
            case .regular:
                let file = try directory.open(name, O_RDONLY | O_NOFOLLOW)
                let content = String(decoding: try file.readAll(), as: UTF8.self)
                files[path] = try "f \(owner) \(content)\(attributes(file))"
            case .directory:
                let child = try directory.openDirectory(name)
                files[path] = try "d \(owner)\(attributes(child))"
                try add(child, path + "/")
            case .symbolicLink: files[path] = try "l \(directory.readLink(name))\(time(status))"
            case .fifo: files[path] = "p \(owner)"
            case .characterDevice where status.isWhiteout: files[path] = "whiteout"
            case .characterDevice, .blockDevice, .socket: files[path] = "\(status.kind)"
            }
        }
    }

    private func time(_ status: FileStatus) -> String {
        guard withTimes, status.kind != .directory else { return "" }
        return " @\(status.modified.seconds).\(status.modified.nanoseconds)"
    }

    private func attributes(_ file: borrowing Descriptor) throws -> String {
        var text = ""
        for name in try file.extendedAttributeNames() where name != "security.selinux" {
            let value = try file.extendedAttribute(name) ?? []
            switch name {
            case "trusted.overlay.opaque": text += " opaque"
            case "security.capability": text += " {capability=\(capability(value))}"
            default: text += " {\(name)=\(String(decoding: value, as: UTF8.self))}"
            }
        }
        return text
    }

    /// Capabilities as given to the root of `base`: through an id map the kernel shows that root as part of them.
    private func capability(_ value: [UInt8]) -> String {
        let root = value.count == 24 ? value[20...].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) } : base
        return "\(value.dropFirst(4).prefix(16))" + (root == base ? "" : " for \(root)")
    }
}
