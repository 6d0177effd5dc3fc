import CSystemd

/// Tells systemd how the service is doing, sd_notify(3). Without `$NOTIFY_SOCKET` nothing happens.
public struct Notify: Sendable {
    /// How often systemd wants to hear `watchdog()` at least: twice as often is advised. `nil` when it does not care.
    public let watchdogInterval: Duration?

    /// Reads what systemd asked for in the environment.
    public init() {
        var microseconds: UInt64 = 0
        let isWanted = unsafe sd_watchdog_enabled(0, &microseconds) > 0
        watchdogInterval = isWanted ? .microseconds(Int64(clamping: microseconds)) : nil
    }

    /// The service answers requests; a unit of `Type=notify` counts as started from here on.
    public func ready(_ status: String = "") { send("READY=1" + Self.line(status)) }

    /// One sentence for `systemctl status`.
    public func status(_ text: String) { send("STATUS=" + Self.printable(text)) }

    /// The service begins to end.
    public func stopping() { send("STOPPING=1") }

    /// The loops that matter are alive.
    public func watchdog() { send("WATCHDOG=1") }

    private static func line(_ status: String) -> String { status.isEmpty ? "" : "\nSTATUS=" + printable(status) }

    /// A line end would begin another assignment.
    private static func printable(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
    }

    private func send(_ state: String) { unsafe sd_notify(0, state) }
}
