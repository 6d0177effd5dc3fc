import MartletHTTP
import MartletLinux
import MartletModels
import MartletTestSupport

/// Somebody who answers calls.
protocol SimulatedHost: Sendable {
    var process: SimulatedProcess { get }
}

/// Carries calls between processes, and loses, doubles and delays them as it is told.
final class SimulatedNetwork: Sendable {
    /// A direction between two hosts.
    struct Link: Hashable, Sendable {
        var from: String
        var to: String
    }

    private struct State {
        var faults = MessageFaults()
        /// How many cuts each link has; several may overlap.
        var cuts: [Link: Int] = [:]
        var isOver = false
    }

    /// What becomes of one message.
    private struct Fate {
        var isLost: Bool
        var delay: Duration
    }

    private let simulation: Simulation
    private let trace: Trace
    private let state = Locked(State())

    init(_ simulation: Simulation, _ trace: Trace) { (self.simulation, self.trace) = (simulation, trace) }

    func disturb(_ faults: MessageFaults) { state.withLock { $0.faults = faults } }

    func cut(_ links: [Link], by count: Int) {
        state.withLock { state in for link in links { state.cuts[link, default: 0] += count } }
    }

    /// Every fault ends.
    func heal() { state.withLock { ($0.faults, $0.cuts) = (MessageFaults(), [:]) } }

    /// No call is answered any more.
    func close() { state.withLock { $0.isOver = true } }

    /// Has `body` run in the process of the callee.
    ///
    /// - Parameters:
    ///   - what: for the trace.
    ///   - callee: asked when the request arrives; `nil` when nobody listens there.
    func call<Callee: SimulatedHost, Answer: Sendable>(
        _ what: String,
        from caller: String,
        to host: String,
        timeout: Duration,
        callee: @escaping @Sendable () -> Callee?,
        _ body: @escaping @Sendable (Callee) async -> Answer
    ) async throws(HTTPTransportError) -> Answer {
        if state.withLock({ $0.isOver }) { throw .cannotConnect("the world is over") }
        let reply = Reply<Result<Answer, HTTPTransportError>>()
        let request = fate(Link(from: caller, to: host), \.requestsLost)
        let isDoubled = request.isLost ? false : isHit(\.duplicated)
        if !request.isLost {
            deliver(what, reply, Link(from: caller, to: host), after: request.delay, callee, body)
        }
        if isDoubled {
            let late = request.delay + .milliseconds(simulation.draw { Int.random(in: 0...3_000, using: &$0) })
            deliver(what + " again", Reply(), Link(from: caller, to: host), after: late, callee, body)
        }
        simulation.schedule(after: timeout) { reply.send(.failure(.timedOut("no answer within \(timeout)"))) }
        switch await reply.wait() {
        case .success(let answer): return answer
        case .failure(let error):
            trace.note(caller) { "\(what) at \(host): \(error)" }
            throw error
        case nil: throw .interrupted("cancelled")
        }
    }

    private func deliver<Callee: SimulatedHost, Answer: Sendable>(
        _ what: String,
        _ reply: Reply<Result<Answer, HTTPTransportError>>,
        _ link: Link,
        after delay: Duration,
        _ callee: @escaping @Sendable () -> Callee?,
        _ body: @escaping @Sendable (Callee) async -> Answer
    ) {
        simulation.schedule(after: delay) { [self] in
            guard let callee = callee(), !callee.process.isDead else {
                return reply.send(.failure(.cannotConnect("connection refused")))
            }
            trace.note(link.from) { "\(what) -> \(link.to)" }
            callee.process.spawn { [self] in
                let answer = await body(callee)
                let back = fate(Link(from: link.to, to: link.from), \.answersLost)
                guard !back.isLost else { return trace.note(link.to) { "answer to \(what) is lost" } }
                simulation.schedule(after: back.delay) { reply.send(.success(answer)) }
            }
        }
    }

    private func fate(_ link: Link, _ loss: KeyPath<MessageFaults, Int>) -> Fate {
        let isCut = state.withLock { $0.cuts[link, default: 0] > 0 }
        let isLost = isHit(loss)
        let isSlow = isHit(\.slow)
        let milliseconds = simulation.draw { random in
            // Even on a good day a few take their time.
            let usual = random.once(in: 16) ? 50...300 : 1...12
            return Int.random(in: isSlow ? 100...4_000 : usual, using: &random)
        }
        return Fate(isLost: isCut || isLost, delay: .milliseconds(milliseconds))
    }

    private func isHit(_ fault: KeyPath<MessageFaults, Int>) -> Bool {
        let rate = state.withLock { $0.faults[keyPath: fault] }
        return rate > 0 && simulation.draw { Int.random(in: 0..<1_000, using: &$0) } < rate
    }
}
