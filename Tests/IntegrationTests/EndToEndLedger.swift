import MartletLinux
import Testing

/// What clients of a server know of its records: sure after an answer, one of several states after a broken call.
///
/// Each record has one owner, who makes one call at a time.
final class EndToEndLedger: Sendable {
    enum State: Hashable, Sendable {
        case absent
        /// Present, with whatever the clients changed last.
        case present(String)
    }

    private struct Contents {
        var possible: [String: Set<State>] = [:]
        var answers = 0
    }

    private let contents = Locked(Contents())

    /// Calls whose outcome the clients were told.
    var answers: Int { contents.withLock { $0.answers } }

    /// A call that would make `state` of it is about to be sent.
    func send(_ name: String, _ state: State) {
        contents.withLock { _ = $0.possible[name, default: [.absent]].insert(state) }
    }

    /// The call has succeeded.
    func answer(_ name: String, _ state: State) {
        contents.withLock { contents in
            contents.possible[name] = [state]
            contents.answers += 1
        }
    }

    /// Those of an owner that are surely there, sorted.
    func present(_ prefix: String) -> [String] {
        contents.withLock { contents in
            contents.possible.filter { name, states in
                name.hasPrefix(prefix) && !states.contains(.absent)
            }.keys.sorted()
        }
    }

    /// Compares all records with what the server has, and takes that as sure from now on.
    /// - Returns: what contradicts an answer.
    func settle(_ found: [String: String]) -> [String] {
        contents.withLock { contents in
            let names = Set(found.keys).union(contents.possible.keys)
            var contradictions: [String] = []
            for name in names.sorted() {
                let state = found[name].map(State.present) ?? .absent
                let possible = contents.possible[name] ?? []
                if !possible.contains(state) { contradictions.append("\(name) is \(state), not \(possible)") }
                contents.possible[name] = [state]
            }
            return contradictions
        }
    }
}
