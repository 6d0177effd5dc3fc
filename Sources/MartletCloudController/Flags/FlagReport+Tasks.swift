import MartletModels

extension FlagReport {
    /// What became of the tasks from images. The flag makes a task fail; its cell is told to drop it in the same pass.
    public struct Tasks: Codable, Hashable, Sendable {
        /// A task that a cell ran when the flag was turned off.
        public struct Task: Codable, Hashable, Sendable {
            public var guid: String
            public var cellID: String
            /// From the change of the flag until it ran no more; `nil` while it runs.
            public var goneAfterSeconds: Double?

            private enum CodingKeys: String, CodingKey {
                case guid
                case cellID = "cell_id"
                case goneAfterSeconds = "gone_after_seconds"
            }
        }

        /// By guid; or as many as were asked for, what remains first, then the slowest.
        public var list: [Task]
        /// On how many cells they were.
        public var cells: Int
        public var stopped: Int
        public var remaining: Int
        /// Of those that have stopped; `nil` when none has.
        public var p50Seconds: Double?
        public var p99Seconds: Double?
        public var maxSeconds: Double?

        private enum CodingKeys: String, CodingKey {
            case list, cells, stopped, remaining
            case p50Seconds = "p50_seconds"
            case p99Seconds = "p99_seconds"
            case maxSeconds = "max_seconds"
        }
    }
}

extension FlagReport.Tasks {
    /// - Parameters:
    ///   - start: when the flag was turned off.
    ///   - limit: how many tasks are told; `nil` for all.
    init(_ history: TaskHistory, since start: Timestamp, limit: Int?) {
        let tasks = history.runners.map { runner in
            Task(
                guid: runner.guid.rawValue,
                cellID: runner.cell.rawValue,
                goneAfterSeconds: runner.goneAt.map { StopTimes.seconds(from: start, to: $0) }
            )
        }
        let times = StopTimes(tasks.compactMap(\.goneAfterSeconds))
        list = FlagReport.told(tasks, limit, \.goneAfterSeconds)
        cells = Set(tasks.map(\.cellID)).count
        stopped = times.count
        remaining = tasks.count - times.count
        p50Seconds = times.percentile(50)
        p99Seconds = times.percentile(99)
        maxSeconds = times.longest
    }
}
