import FoundationEssentials
import Testing

/// One recorded body; see `Fixtures/README.md`.
struct Fixture: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let path: String?
    let event: String?
    private let body: Data?
    private let data: Data?
    private let error: Data?

    var bytes: [UInt8] { Array(body ?? data ?? Data()) }
    /// The answer of the original.
    var answer: [UInt8] { Array(error ?? Data()) }
    var testDescription: String { "\(name) \(path ?? event ?? "")" }

    static let requests = load("requests") + load("task-requests")
    static let responses = load("responses") + load("task-responses")
    static let refusals = load("refusals") + load("task-refusals")
    static let events = load("events")
    static let taskEvents = load("task-events")

    private static func load(_ name: String) -> [Fixture] {
        let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
        let file = URL(filePath: "/\(folder)/Fixtures/\(name).json")
        do { return try JSONDecoder().decode([Fixture].self, from: Data(contentsOf: file)) } catch {
            preconditionFailure("\(name): \(error)")
        }
    }
}
