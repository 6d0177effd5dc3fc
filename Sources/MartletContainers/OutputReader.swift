import Glibc
import MartletLinux

/// Follows a supervisor's log file, which is replaced by a new one when it has grown to its limit.
actor OutputReader {
    /// How far a file was read, so that a later reader goes on there.
    struct Position: Hashable, Sendable, Codable {
        var inode: UInt64
        var offset: Int
    }

    /// Reading is short but touches the disk: all readers share one thread instead of the pool's.
    private static let executor = SerialQueueExecutor(label: "martlet.output")
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe Self.executor.asUnownedSerialExecutor() }

    private let paths: ProcessPaths
    private let exit: Signalled<ExitStatus>
    private let wakeup: Wakeup
    private var watch: DirectoryWatch?
    private var file: Int32?
    private var position = Position(inode: 0, offset: 0)
    private var parser = OutputParser()
    private var lines: ArraySlice<OutputLine> = []

    init(paths: ProcessPaths, exit: Signalled<ExitStatus>, wakeup: Wakeup) {
        (self.paths, self.exit, self.wakeup) = (paths, exit, wakeup)
    }

    deinit { if let file { close(file) } }

    /// The next line; nil after the last one, or in a cancelled task.
    func next() async -> OutputLine? {
        if watch == nil { watch = try? DirectoryWatch(directory) { [wakeup] in wakeup.wake() } }
        while true {
            if let line = lines.popFirst() { return line }
            // Looked at before reading: what was written before the end is found by the read after it.
            let ended = exit.current
            if read() { continue }
            if let ended {
                lines = parser.finish(at: ended.at)[...]
                return lines.popFirst()
            }
            note()
            await wakeup.wait()
            if Task.isCancelled { return nil }
        }
    }

    private var directory: String { paths.log[..<(paths.log.lastIndex(of: "/") ?? paths.log.endIndex)].description }

    /// Reads what is there; false when nothing is.
    private func read() -> Bool {
        guard let file = file ?? open(at: JSONFile.read(Position.self, paths.position)) else { return false }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe pread(file, &chunk, chunk.count, position.offset)
        if count > 0 {
            position.offset += count
            lines += parser.feed(chunk[..<count])
            return true
        }
        // The end of this file: the supervisor may have begun another one.
        guard let current = inode(), current != position.inode else { return false }
        close(file)
        self.file = nil
        return open(at: nil) != nil
    }

    private func open(at known: Position?) -> Int32? {
        guard let opened = (try? Descriptor.open(paths.log, O_RDONLY))?.release() else { return nil }
        var status = stat()
        unsafe fstat(opened, &status)
        let inode = UInt64(status.st_ino)
        position = Position(inode: inode, offset: 0)
        if let known, known.inode == inode { position = known }
        file = opened
        return opened
    }

    private func inode() -> UInt64? {
        var status = stat()
        return unsafe stat(paths.log, &status) == 0 ? UInt64(status.st_ino) : nil
    }

    /// Everything handed out so far will not be read again. Losing this only repeats lines.
    private func note() {
        let done = Position(inode: position.inode, offset: position.offset - parser.pendingBytes)
        try? JSONFile.write(done, paths.position)
    }
}
