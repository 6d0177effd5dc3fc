import MartletCell
import MartletCLI
import MartletHTTP
import MartletLinux
import MartletLog
import MartletServer
import MartletStore
import MartletSystemd

/// A process that serves one or both roles until it is told to stop.
struct Service {
    private let settings: Settings
    private let logs: Logs
    private let server: Bool
    private let cell: Bool

    init(_ settings: Settings, _ logs: Logs, server: Bool, cell: Bool) {
        (self.settings, self.logs, self.server, self.cell) = (settings, logs, server, cell)
    }

    /// How long requests under way are waited for at the end.
    private static let shutdownGrace = Duration.seconds(5)

    func run() async throws(StartFailure) {
        let notify = Notify()
        let stop = StopSignals()
        let clock = ForwardClock()
        let serverParts = server ? try await ServerParts(settings, logs, clock: clock) : nil
        let cellParts = cell ? try await CellParts(settings, logs).role(clock: clock) : nil
        let servers = (serverParts?.servers ?? []) + [cellParts?.1].compactMap(\.self)
        await withDiscardingTaskGroup { group in
            for server in servers { group.addTask { await server.run() } }
            if let serverParts { group.addTask { await serverParts.role.run() } }
            if let cellParts { group.addTask { await cellParts.0.run() } }
            group.addTask { await feed(notify, serverParts, cellParts?.0) }
            notify.ready(status)
            logs.log(.notice, "ready", ["role": status])
            let signal = await stop.next()
            notify.stopping()
            logs.log(.notice, "stopping", ["signal": signal])
            await serverParts?.store.closeSubscriptions()
            await withDiscardingTaskGroup { endings in
                for server in servers { endings.addTask { await server.shutdown(grace: Self.shutdownGrace) } }
            }
            group.cancelAll()
        }
        logs.log(.notice, "stopped", ["containers": cell ? "left running" : "none here"])
    }

    private var status: String {
        switch (server, cell) {
        case (true, true): "server and cell"
        case (true, false): "server"
        default: "cell"
        }
    }

    /// Tells systemd's watchdog that the loops are alive, as long as they answer and convergence goes on.
    private func feed(_ notify: Notify, _ serverParts: ServerParts?, _ cellRole: CellRole?) async {
        guard let interval = notify.watchdogInterval else { return }
        var progress = PassProgress(
            limit: (settings.duration("convergence-interval") ?? .seconds(30)) * 2 + .seconds(60)
        )
        while !Task.isCancelled {
            // Each of these waits for an actor; one that hangs keeps the dog unfed. The one of convergence answers
            // also while a pass hangs in something it waits for, so its passes are watched as well.
            let isConverging = progress.isAlive(lastPass: await serverParts?.role.convergence.lastPass?.number)
            _ = try? await serverParts?.store.lastEventNumber()
            _ = await cellRole?.executor.snapshot()
            if isConverging || serverParts == nil { notify.watchdog() }
            try? await Task.sleep(for: interval / 2, clock: .continuous)
        }
    }
}

/// Whether passes of convergence still end, by a clock that neither steps nor runs while the machine sleeps.
private struct PassProgress {
    /// Longest time without another pass.
    let limit: Duration
    private var lastPass: Int64?
    private var changedAt = SuspendingClock.now

    init(limit: Duration) { self.limit = limit }

    mutating func isAlive(lastPass number: Int64?) -> Bool {
        if number != lastPass { (lastPass, changedAt) = (number, .now) }
        return SuspendingClock.now - changedAt < limit
    }
}
