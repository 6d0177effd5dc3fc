import MartletBBSAPI
import MartletHTTP
import MartletModels

/// What a running command may use.
struct CommandContext: Sendable {
    let arguments: ParsedArguments
    let environment: [String: String]
    let terminal: any Terminal
    let transport: any HTTPTransport
    let now: @Sendable () -> Timestamp
    let sleep: @Sendable (Duration) async -> Void

    var style: Style { Style(isTerminal: terminal.isOutputTerminal, environment: environment) }
    var wantsJSON: Bool { arguments.isSet("json") }

    /// Who sits here, for the record; nothing is allowed because of it.
    var operatorName: String? {
        ["SUDO_USER", "USER", "LOGNAME"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    }

    /// With every change whose author is written down.
    var operatorHeaders: HTTPHeaders { operatorName.map { ["X-Martlet-Operator": $0] } ?? [:] }

    var bbsAddress: String {
        Self.trimmed(arguments.value("bbs") ?? environment["MARTLET_BBS"] ?? "http://127.0.0.1:8889")
    }

    var apiAddress: String {
        Self.trimmed(arguments.value("api") ?? environment["MARTLET_API"] ?? "http://127.0.0.1:9022")
    }

    var bbs: BBSClient {
        BBSClient(transport: transport, configuration: .init(baseURL: bbsAddress, attempts: 1), sleep: sleep)
    }

    func number(_ option: String) throws(CommandFailure) -> Int? {
        do { return try arguments.number(option) } catch { throw CommandFailure(error) }
    }

    func print(_ line: String = "") { terminal.write(line + "\n") }
    func print(_ table: Table) { terminal.write(table.text(style)) }

    func print(json value: some Encodable) { terminal.write(JSONText.pretty(value) + "\n") }

    /// Runs a call of the BBS, and tells its failure in the words of a command.
    func asking<Answer>(
        _ call: (BBSClient) async throws(BBSClientError) -> Answer
    ) async throws(CommandFailure) -> Answer {
        do { return try await call(bbs) } catch { throw CommandFailure(error, at: bbsAddress) }
    }

    private static func trimmed(_ address: String) -> String {
        address.hasSuffix("/") ? String(address.dropLast()) : address
    }
}
