import MartletLinux
import MartletLog
import MartletModels

extension Containers {
    /// Longest wait for starts that go on without their agent.
    private static let startLimit = Duration.seconds(20)

    /// Waits until the starts of processes that an earlier agent had begun have come to their end, and forgets those
    /// that came to nothing, so that their ids are free.
    ///
    /// A supervisor goes on when its agent dies. Until it has written its files nobody can take up its process, and the
    /// process's id looks used.
    func settleStarts(of records: [ContainerRecord], _ host: PreparedHost) async {
        let living = records.filter { death($0, host) == nil }.map { paths($0.id) }
        var open = await Blocking.run { UnfinishedStart.find(in: living) }
        let deadline = ContinuousClock.now + Self.startLimit
        while !open.isEmpty, ContinuousClock.now < deadline {
            let starts = open
            open = await Blocking.run { UnfinishedStart.settle(starts) }
            if !open.isEmpty { await Pause.milliseconds(10) }
        }
        for start in open {
            let facts = ["handle": "\(start.paths.container)", "directory": start.paths.directory]
            log(.warning, "process of an earlier agent is still being started", facts)
        }
    }
}

/// A process whose directory exists and whose supervisor has not said yet that it runs.
struct UnfinishedStart: Sendable {
    let paths: ProcessPaths
    /// Looks in which nobody was at work on it.
    private var idleLooks = 0

    init(paths: ProcessPaths) { self.paths = paths }

    static func find(in containers: [ContainerPaths]) -> [UnfinishedStart] {
        containers.flatMap { container in
            ((try? Files.list(container.processes)) ?? []).compactMap { name in
                let paths = container.process(name)
                return ProcessRecord.recover(name, paths) == nil ? UnfinishedStart(paths: paths) : nil
            }
        }
    }

    /// Removes what nobody is at work on.
    /// - Returns: what is still open.
    static func settle(_ starts: [UnfinishedStart]) -> [UnfinishedStart] {
        let commands = commands()
        return starts.compactMap { start in
            var start = start
            let isAtWork = commands.contains { start.isNamed(in: $0) }
            // Read after the look: whoever ended in between has written first.
            if ProcessRecord.recover("", start.paths) != nil { return nil }
            start.idleLooks = isAtWork ? 0 : start.idleLooks + 1
            // A supervisor goes into the background by forking, so one look may miss both of its processes.
            guard start.idleLooks > 1 else { return start }
            try? FileTree.remove(start.paths.directory)
            return nil
        }
    }

    /// The supervisor and the runtime have the directory, or files in it, in their arguments.
    func isNamed(in command: [Substring]) -> Bool {
        command.contains { $0 == paths.directory || $0.hasPrefix("\(paths.directory)/") }
    }

    /// The arguments of every process of the machine.
    private static func commands() -> [[Substring]] {
        ((try? Files.list("/proc")) ?? []).compactMap { name in
            guard Int32(name) != nil, let text = try? Files.readText("/proc/\(name)/cmdline") else { return nil }
            return text.split(separator: "\0")
        }
    }
}
