import Dispatch
import Glibc

/// SIGTERM and SIGINT as something to await; SIGPIPE is ignored, as every write checks its result.
struct StopSignals {
    private let names: AsyncStream<String>
    private let sources: [any DispatchSourceSignal]

    init() {
        let (names, continuation) = AsyncStream<String>.makeStream()
        self.names = names
        signal(SIGPIPE, SIG_IGN)
        sources = [(SIGTERM, "SIGTERM"), (SIGINT, "SIGINT")].map { number, name in
            // The default action would come before the source's handler.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { continuation.yield(name) }
            source.activate()
            return source
        }
    }

    /// Waits for the first signal.
    func next() async -> String {
        for await name in names { return name }
        return "none"
    }
}
