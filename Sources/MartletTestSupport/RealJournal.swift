import Glibc
import MartletLinux

/// A journald for tests, on a machine with or without systemd as its first process.
///
/// journald needs root, `/etc/machine-id` and its directory, and nothing of systemd: it opens the sockets below
/// `/run/systemd/journal` itself, and keeps its files in memory below `/run/log/journal`. By hand:
///
///     mkdir -p /run/systemd/journal && /lib/systemd/systemd-journald &
///     journalctl -o json MARTLET_PROCESS_GUID=…
///
/// One that listens already is used and left alone. One that a test started serves every test process that asks while
/// it runs, and the last to leave stops it.
public final class RealJournal: Sendable {
    private static let directory = "/run/systemd/journal"
    /// Held exclusively while somebody comes or goes.
    private static let doorPath = "/run/martlet-test-journal.door"
    /// Shared by all users.
    private static let usersPath = "/run/martlet-test-journal.users"
    private static let pidPath = "/run/martlet-test-journal.pid"

    private let users: Descriptor

    private init(users: consuming Descriptor) { self.users = users }

    /// Gives `body` a journald that takes entries, and lets go of it afterwards, also when `body` throws.
    public static func with<R>(_ body: (RealJournal) async throws -> R) async throws -> R {
        let journal = try await start()
        let result: Result<R, any Error>
        do { result = .success(try await body(journal)) } catch { result = .failure(error) }
        await journal.leave()
        return try result.get()
    }

    /// Every entry that has the field (`NAME=value`), oldest first, with all of its fields, once journald has written
    /// what it was sent. A value that is no UTF-8 is repaired.
    public func entries(matching field: String) async throws -> [[String: String]] {
        try await SystemTool.run(["journalctl", "--sync"])
        return JournalExport.entries(
            in: try await SystemTool.run(["journalctl", "--quiet", "--no-pager", "--output=export", field])
        )
    }

    private static func start() async throws -> RealJournal {
        let door = try await lock(doorPath, LOCK_EX)
        if !isListening {
            try Files.makeDirectories(directory)
            let journald = ["/lib/systemd/systemd-journald"]
            let pid = try SystemTool.spawn(journald, stdout: "/dev/null", stderr: "/dev/null")
            try Files.replace(pidPath, with: Array("\(pid)".utf8))
            try await waitUntilListening()
        }
        let journal = RealJournal(users: try await lock(usersPath, LOCK_SH))
        _ = door.rawValue  // Open until here.
        return journal
    }

    /// The last user stops what a test started.
    private func leave() async {
        guard let door = try? await Self.lock(Self.doorPath, LOCK_EX) else { return }
        guard flock(users.rawValue, LOCK_EX | LOCK_NB) == 0, let text = try? Files.readText(Self.pidPath),
            let pid = pid_t(text)
        else { return }
        try? Files.removeFile(Self.pidPath)
        // After a crash the number may be somebody else's.
        guard (try? Files.readText("/proc/\(pid)/comm"))?.hasPrefix("systemd-journal") == true else { return }
        kill(pid, SIGTERM)
        await SystemTool.wait(for: pid)  // Returns at once when another process started it.
        _ = door.rawValue
    }

    /// Opens a file and waits for a lock on it, which ends with the descriptor.
    private static func lock(_ path: String, _ kind: Int32) async throws -> Descriptor {
        let file = try Descriptor.open(path, O_RDWR | O_CREAT, mode: 0o600)
        let descriptor = file.rawValue
        try await Blocking.run { () throws(Errno) in
            _ = try retrying("lock \(path)") { flock(descriptor, kind) }
        }
        return file
    }

    private static func waitUntilListening() async throws {
        for _ in 0..<500 {
            if isListening { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw Errno(ETIMEDOUT, "wait for journald")
    }

    private static var isListening: Bool {
        let probe = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        guard probe >= 0 else { return false }
        defer { close(probe) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: "\(directory)/socket".utf8) }
        return unsafe withUnsafePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(probe, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }
}

/// The export format of journald: `NAME=value` lines, or a name, a length of 8 bytes and the value; an empty line ends
/// an entry. <https://systemd.io/JOURNAL_EXPORT_FORMATS>
enum JournalExport {
    static func entries(in bytes: [UInt8]) -> [[String: String]] {
        var entries: [[String: String]] = []
        var entry: [String: String] = [:]
        var rest = bytes[...]
        while let end = rest.firstIndex(of: 0x0A) {
            let line = rest[..<end]
            rest = rest[(end + 1)...]
            if line.isEmpty {
                if !entry.isEmpty { entries.append(entry) }
                entry = [:]
            } else if let equals = line.firstIndex(of: UInt8(ascii: "=")) {
                entry[text(line[..<equals])] = text(line[(equals + 1)...])
            } else {
                let count = rest.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
                entry[text(line)] = text(rest.dropFirst(8).prefix(count))
                rest = rest.dropFirst(8 + count + 1)
            }
        }
        return entry.isEmpty ? entries : entries + [entry]
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}
