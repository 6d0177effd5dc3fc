import MartletLinux
import MartletModels

/// The log of one container: passes lines on as long as they are not too many, and keeps the last ones.
final class AppLog: Sendable {
    /// Lines kept for the crash capsule.
    private static let lastCount = 50
    /// A longer line is cut, on the boundary of a character (executor section 4.11).
    private static let byteLimit = 61_440

    private struct State {
        var last: [String] = []
        var limiter: LineLimiter
    }

    private let prototype: AppLogLine
    private let sink: any AppLogSink
    private let clock: CellClock
    private let state: Locked<State>

    /// - Parameter linesPerSecond: 0 is no limit.
    init(_ prototype: AppLogLine, to sink: any AppLogSink, linesPerSecond: Int, clock: CellClock) {
        self.prototype = prototype
        self.sink = sink
        self.clock = clock
        state = Locked(State(limiter: LineLimiter(linesPerSecond: linesPerSecond, at: clock.now)))
    }

    /// What was written last, oldest first.
    var lastLines: [String] { state.withLock { $0.last } }

    /// - Parameter source: who speaks; empty means the container's own source.
    func write(_ text: String, to stream: OutputStream = .out, source: String = "") {
        guard !text.isEmpty else { return }
        let text = Self.cut(text)
        let verdict = state.withLock { state in
            state.last.append(text)
            if state.last.count > Self.lastCount { state.last.removeFirst() }
            return state.limiter.admit(at: clock.now)
        }
        switch verdict {
        case .pass: send(text, stream, source)
        case .drop: break
        case .announce(let limit):
            send(
                "app instance exceeded log rate limit (\(limit) log-lines/sec) set by platform operator",
                .err,
                source
            )
        }
    }

    private func send(_ text: String, _ stream: OutputStream, _ source: String) {
        var line = prototype
        line.text = text
        line.stream = stream
        if !source.isEmpty { line.source = source }
        sink.write(line)
    }

    private static func cut(_ text: String) -> String {
        guard text.utf8.count > byteLimit else { return text }
        var end = text.utf8.index(text.startIndex, offsetBy: byteLimit)
        while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
        return String(text[..<end])
    }
}

/// A bucket of lines; after it has run empty everything is dropped for one second (executor section 4.11).
struct LineLimiter: Hashable, Sendable {
    enum Verdict: Hashable, Sendable {
        case pass
        case drop
        /// Drop it, and say so once.
        case announce(limit: Int)
    }

    private let linesPerSecond: Int
    private var tokens: Double
    private var filledAt: Timestamp
    private var pausedUntil: Timestamp

    init(linesPerSecond: Int, at now: Timestamp) {
        self.linesPerSecond = linesPerSecond
        tokens = Double(linesPerSecond)
        filledAt = now
        pausedUntil = now
    }

    mutating func admit(at now: Timestamp) -> Verdict {
        guard linesPerSecond > 0 else { return .pass }
        guard now >= pausedUntil else { return .drop }
        let elapsed = max(0, Double((now - filledAt).nanoseconds) / 1e9)
        tokens = min(Double(linesPerSecond), tokens + elapsed * Double(linesPerSecond))
        filledAt = now
        guard tokens >= 1 else {
            pausedUntil = now + .seconds(1)
            return .announce(limit: linesPerSecond)
        }
        tokens -= 1
        return .pass
    }
}
