import Glibc

/// Which process was meant, so that a number used again, or a restarted machine, is noticed.
public struct ProcessIdentity: Hashable, Sendable, Codable {
    public var pid: Int32
    /// Field 22 of `/proc/PID/stat`: clock ticks after boot.
    public var startTime: UInt64
    public var bootID: String

    public init(pid: Int32, startTime: UInt64, bootID: String) {
        (self.pid, self.startTime, self.bootID) = (pid, startTime, bootID)
    }

    /// The process that has `pid` now; nil when there is none.
    public static func current(_ pid: Int32) -> ProcessIdentity? {
        guard let stat = try? Files.readText("/proc/\(pid)/stat"), let time = startTime(inStat: stat),
            let boot = try? bootID()
        else { return nil }
        return ProcessIdentity(pid: pid, startTime: time, bootID: boot)
    }

    /// Changes with every start of the machine.
    public static func bootID() throws(Errno) -> String {
        let text = try Files.readText("/proc/sys/kernel/random/boot_id")
        return String(text.prefix { !$0.isWhitespace })
    }

    /// True while exactly this process exists and is not a zombie.
    public var isAlive: Bool {
        guard let stat = try? Files.readText("/proc/\(pid)/stat") else { return false }
        guard Self.startTime(inStat: stat) == startTime, Self.state(inStat: stat) != "Z" else { return false }
        return (try? Self.bootID()) == bootID
    }

    /// The process, held by descriptor; nil when it has ended.
    public func open() -> PIDFD? {
        // Opened before it is compared: what the descriptor holds cannot change afterwards.
        guard let process = try? PIDFD(pid), isAlive else { return nil }
        return process
    }

    /// The name in the second field may hold spaces and parentheses; it ends at the last `)`.
    static func startTime(inStat text: String) -> UInt64? {
        let fields = fieldsAfterName(text)
        return fields.count > 19 ? UInt64(fields[19]) : nil
    }

    static func state(inStat text: String) -> Substring? {
        fieldsAfterName(text).first
    }

    private static func fieldsAfterName(_ text: String) -> [Substring] {
        guard let end = text.lastIndex(of: ")") else { return [] }
        return text[text.index(after: end)...].split(separator: " ")
    }
}
