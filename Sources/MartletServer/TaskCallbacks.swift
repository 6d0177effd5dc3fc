public import MartletHTTP
public import MartletLog
public import MartletModels
public import MartletStore

/// Sends the outcomes of tasks to whoever asked for them (BBS section 5.7.4), many at a time.
///
/// A task whose outcome was delivered is deleted. One whose outcome could not be delivered stays `Resolving`;
/// convergence offers it again.
public actor TaskCallbacks {
    private let store: Store
    private let transport: any HTTPTransport
    private let log: Log
    private let workerLimit: Int
    private var waiting: [TaskGUID] = []
    /// Waiting or being delivered.
    private var known: Set<TaskGUID> = []
    private var activeCount = 0
    private let signals: AsyncStream<Void>
    private nonisolated let signal: AsyncStream<Void>.Continuation

    private static let attempts = 3
    private static let timeout = Duration.seconds(10)

    /// - Parameter workerLimit: outcomes that are sent at once, from 1.
    public init(store: Store, transport: any HTTPTransport, log: Log, workerLimit: Int = 1_000) {
        (self.store, self.transport, self.log, self.workerLimit) = (store, transport, log, workerLimit)
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Has outcomes sent soon; `run` does the work. Tasks without an address, or without an outcome, are passed over.
    public func request(_ guids: [TaskGUID]) {
        for guid in guids where known.insert(guid).inserted { waiting.append(guid) }
        if !guids.isEmpty { signal.yield() }
    }

    /// As `request`, of what a verb has changed.
    public func request(_ change: Change<MartletTask>) {
        guard let task = change.after, case .completed = task.state else { return }
        if !task.definition.completionCallbackURL.isEmpty { request([task.guid]) }
    }

    /// Sends what was requested, until cancelled.
    public func run() async {
        await withDiscardingTaskGroup { group in
            for await _ in signals {
                while let guid = take() {
                    group.addTask {
                        await self.deliver(guid)
                        await self.finish(guid)
                    }
                }
            }
            group.cancelAll()
        }
    }

    /// Sends what is waiting now.
    func workOff() async {
        let guids = waiting
        waiting = []
        _ = await inParallel(guids, limit: workerLimit) { guid in
            await self.deliver(guid)
            await self.forget(guid)
        }
    }

    private func take() -> TaskGUID? {
        guard activeCount < workerLimit, !waiting.isEmpty else { return nil }
        activeCount += 1
        return waiting.removeFirst()
    }

    private func finish(_ guid: TaskGUID) {
        activeCount -= 1
        forget(guid)
        if !waiting.isEmpty { signal.yield() }
    }

    private func forget(_ guid: TaskGUID) { known.remove(guid) }

    private nonisolated func deliver(_ guid: TaskGUID) async {
        guard let task = await take(guid), let completion = task.completion else { return }
        let body = TaskCallbackBody(task: task, completion: completion).bytes
        let url = task.definition.completionCallbackURL
        guard await post(body, to: url, of: guid) else { return }
        do throws(StoreError) { try await store.deleteTask(guid) } catch {
            log(.warning, "delivered task was not deleted", ["task_guid": guid.rawValue, "error": "\(error)"])
        }
    }

    /// Marks the outcome as being taken; `nil` when somebody else takes it, or there is nowhere to send it.
    private nonisolated func take(_ guid: TaskGUID) async -> MartletTask? {
        do throws(StoreError) {
            return try await store.write { (transaction) throws(StoreError) in
                let task = try transaction.snapshot.task(guid)
                guard !task.definition.completionCallbackURL.isEmpty else { return nil }
                return try transaction.resolveTask(guid).after
            }
        } catch {
            log(.debug, "task is not to be delivered", ["task_guid": guid.rawValue, "error": "\(error)"])
            return nil
        }
    }

    /// - Returns: whether it counts as delivered. Any answer does but those of a server that cannot serve now.
    private nonisolated func post(_ body: [UInt8], to url: String, of guid: TaskGUID) async -> Bool {
        var request = HTTPRequest(.post, url, body: body)
        request.headers["Content-Type"] = "application/json"
        var facts = ["task_guid": guid.rawValue, "url": url]
        for _ in 0..<Self.attempts {
            do throws(HTTPTransportError) {
                let status = try await transport.send(request, timeout: Self.timeout).status
                facts["status"] = "\(status.rawValue)"
                guard [503, 504].contains(status.rawValue) else {
                    log(.info, "task delivered", facts)
                    return true
                }
            } catch {
                facts["error"] = "\(error)"
                guard error.mayPassAtOnce else { break }
            }
        }
        log(.warning, "task was not delivered", facts)
        return false
    }
}

extension HTTPTransportError {
    /// Whether the same call may succeed without a pause: the server was there and did not answer.
    fileprivate var mayPassAtOnce: Bool {
        switch self {
        case .timedOut, .interrupted: true
        case .cannotConnect, .invalidRequest, .answerTooLarge: false
        }
    }
}
