import MartletModels

extension CommandContext {
    /// Attempts in a row to find a server that has gone, one second apart.
    private static let attempts = 10

    /// Shows what a stream brings until cancelled; one that breaks is taken up where it broke.
    ///
    /// - Parameters:
    ///   - number: what has been shown.
    ///   - open: a stream of all behind a number, so that what came while nobody listened is in it.
    ///   - show: tells the number of what it has shown.
    func follow<Record: Sendable>(
        behind number: Int64,
        open: (Int64) async throws(CommandFailure) -> AsyncThrowingStream<Record, any Error>,
        show: (Record) -> Int64
    ) async throws(CommandFailure) {
        var (position, failures) = (number, 0)
        while !Task.isCancelled {
            do throws(CommandFailure) {
                let before = position
                let stream = try await open(position)
                // The next stream begins behind the last record.
                do { for try await record in stream { position = show(record) } } catch {}
                failures = position > before ? 0 : failures + 1
                guard failures < Self.attempts else {
                    throw CommandFailure("the server ends the event stream", nextStep: "the same command again")
                }
            } catch {
                failures += 1
                guard failures < Self.attempts else { throw error }
            }
            await sleep(.seconds(1))
        }
    }
}
