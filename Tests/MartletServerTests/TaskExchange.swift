import FoundationEssentials
import MartletModels
import Testing

/// One recorded request with all that followed; see `Fixtures/README.md`.
struct TaskExchange: Decodable, Sendable, CustomTestStringConvertible {
    struct Callback: Decodable, Hashable, Sendable {
        let path: String
        let body: String
        let status: Int
    }

    private enum CodingKeys: String, CodingKey {
        case name, path, body, answer, auctions, calls
        case cellCalls = "cell_calls"
    }

    let name: String
    let path: String
    private let body: Data
    private let answer: Data
    let auctions: [String]?
    let calls: [Callback]?
    let cellCalls: [String]?

    var request: [UInt8] { Array(body) }
    var recorded: [UInt8] { Array(answer) }
    var testDescription: String { name }

    static func load(_ name: String) -> [TaskExchange] {
        let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
        let file = URL(filePath: "/\(folder)/Fixtures/\(name).json")
        do { return try JSONDecoder().decode([TaskExchange].self, from: Data(contentsOf: file)) } catch {
            preconditionFailure("\(name): \(error)")
        }
    }
}
