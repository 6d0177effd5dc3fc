import FoundationEssentials

/// One exchange about tasks recorded from the original BBS.
struct TaskFixture: Decodable, Sendable {
    /// What the original sent out because of an exchange.
    struct Call: Decodable, Hashable {
        let path: String
        let body: String
        let status: Int
    }

    let name: String
    let path: String
    private let body: Data
    private let answer: Data
    /// Tasks for which it asked the auctioneer.
    let auctions: [String]?
    /// Paths that it called on cells.
    let cellCalls: [String]?
    /// Completion callbacks.
    let calls: [Call]?

    var request: [UInt8] { Array(body) }
    var response: [UInt8] { Array(answer) }

    enum CodingKeys: String, CodingKey {
        case name, path, body, answer, auctions, calls
        case cellCalls = "cell_calls"
    }

    static let exchanges = load("task-exchanges")
    static let callbacks = load("task-callbacks")

    private static func load(_ name: String) -> [TaskFixture] {
        let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
        let file = URL(filePath: "/\(folder)/Fixtures/\(name).json")
        do { return try JSONDecoder().decode([TaskFixture].self, from: Data(contentsOf: file)) } catch {
            preconditionFailure("\(name): \(error)")
        }
    }
}
